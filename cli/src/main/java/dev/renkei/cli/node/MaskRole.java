package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.kafka.MaskedSide;
import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.server.StatusReport;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.mask.MaskStep;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flow that masks, and the side that it fills. */
record MaskRole(StepRole role, MaskedSide side) implements FlowRole {
  private static final Logger log = LoggerFactory.getLogger(MaskRole.class);

  /** Starts it; returns at once. */
  static MaskRole start(KafkaHub hub, Configuration config, FlowPlace place, int threads)
      throws HubException, InterruptedException {
    MaskedSide side = hub.masked();
    try {
      MaskStep step =
          new MaskStep(
              config.source().name(),
              config.privacy().policy(),
              MaskKeysOf.configuration(config),
              hub.schemaAccess(),
              side.schemaAccess());
      reloadAfterAChange(hub, config, step);
      Missed.reload(hub, config, MaskStep.NAME, hub.hubTopic());
      StepFlow flow =
          hub.flow(
              new StepFlow.Options(
                  MaskStep.NAME,
                  hub.hubTopic(),
                  Map.of(Output.MAIN, side.topic()),
                  place.directory(),
                  place.instance(),
                  threads,
                  side.deadLetterTopic(),
                  StepFlow.Routing.AS_READ,
                  Flows.BESIDE),
              step);
      flow.start();
      return new MaskRole(new StepRole(MaskStep.NAME, flow), side);
    } catch (HubException | InterruptedException | RuntimeException e) {
      side.close();
      throw e;
    }
  }

  /**
   * Where keys or policy are others than before, what is on the masked side is masked otherwise
   * than what comes: all tables are loaded again, and the sweep after it takes away what is left of
   * before.
   */
  private static void reloadAfterAChange(KafkaHub hub, Configuration config, MaskStep step)
      throws HubException, InterruptedException {
    ClaimedHistory history = new ClaimedHistory(hub.claims(), config.source().name() + "/masking");
    if (history.isAnother(step.fingerprint())) {
      log.atInfo().log("masked otherwise than before: all tables are loaded again");
      hub.commands()
          .send(
              new Command.ReloadAll(
                  "personal data is masked otherwise than before", Clock.systemUTC().instant()));
    }
    history.add(step.fingerprint(), config.name());
  }

  @Override
  public String name() {
    return MaskStep.NAME;
  }

  @Override
  public StatusReport.Flow report() {
    return role.report();
  }

  @Override
  public void rest(boolean resting) {
    role.rest(resting);
  }

  @Override
  public void close() {
    role.close();
    side.close();
  }
}
