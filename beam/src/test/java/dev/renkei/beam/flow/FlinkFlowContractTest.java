package dev.renkei.beam.flow;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Flows on Flink, embedded, with the flags that Renkei gives it. */
class FlinkFlowContractTest extends BeamFlowContract {
  @Override
  String[] options() {
    return new String[] {
      "--runner=FlinkRunner",
      "--flinkMaster=[local]",
      "--parallelism=2",
      "--attachedMode=false",
      "--streaming=true",
      "--checkpointingInterval=1000",
      "--objectReuse=true",
      "--fasterCopy=true",
      "--stateBackend=filesystem",
      "--stateBackendStoragePath=" + folder().resolve("checkpoints").toUri(),
      "--maxBundleTimeMills=10"
    };
  }

  @Override
  @Test
  @Tag("long")
  protected void aStepKeepsItsStateAndItsTimersComeAndItsOutputsAreApart() throws Exception {
    super.aStepKeepsItsStateAndItsTimersComeAndItsOutputsAreApart();
  }
}
