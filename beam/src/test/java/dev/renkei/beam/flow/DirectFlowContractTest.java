package dev.renkei.beam.flow;

/** Flows on Beam's direct runner. */
class DirectFlowContractTest extends BeamFlowContract {
  @Override
  String[] options() {
    return new String[] {"--runner=DirectRunner", "--blockOnRun=false", "--targetParallelism=2"};
  }
}
