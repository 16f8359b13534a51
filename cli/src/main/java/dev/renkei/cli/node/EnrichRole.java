package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.server.StatusReport;
import dev.renkei.steps.enrich.EnrichStep;
import dev.renkei.steps.enrich.Joining;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.Rekeying;
import dev.renkei.steps.flow.TableMessages;
import java.util.List;
import java.util.Map;

/**
 * The flow that joins events with masters, with a topic between in which both have the master's
 * key.
 *
 * @param routing from the hub into the topic between
 * @param joining from there into the hub
 */
record EnrichRole(StepRole routing, StepRole joining) implements FlowRole {
  static final String BETWEEN = "enrich-keyed";

  static EnrichRole start(KafkaHub hub, Configuration config, FlowPlace place, int threads)
      throws HubException, InterruptedException {
    Missed.tell(hub, config, BETWEEN, hub.hubTopic(), "events that came meanwhile are not joined");
    String between = hub.streams(List.of(BETWEEN)).get(0);
    StepFlow routing =
        hub.flow(
            new StepFlow.Options(
                    BETWEEN,
                    hub.hubTopic(),
                    Map.of(Output.MAIN, between),
                    place.directory(),
                    place.instance(),
                    threads)
                .within(Flows.BESIDE),
            new Rekeying(step(hub, config)));
    StepFlow joining =
        hub.flow(
            new StepFlow.Options(
                    Flows.ENRICH,
                    between,
                    Map.of(Output.MAIN, hub.hubTopic()),
                    place.directory(),
                    place.instance(),
                    threads)
                .within(Flows.INTO_HUB),
            step(hub, config));
    routing.start();
    joining.start();
    return new EnrichRole(new StepRole(Flows.ENRICH, routing), new StepRole(Flows.ENRICH, joining));
  }

  private static EnrichStep step(KafkaHub hub, Configuration config) {
    return new EnrichStep(
        Joining.of(config.events()), new TableMessages(config.source().name(), hub.schemaAccess()));
  }

  @Override
  public String name() {
    return Flows.ENRICH;
  }

  @Override
  public StatusReport.Flow report() {
    StatusReport.Flow first = routing.report();
    StatusReport.Flow second = joining.report();
    return new StatusReport.Flow(
        Flows.ENRICH,
        first.state().equals("RUNNING") ? second.state() : first.state(),
        new StatusReport.Counts(
            first.counts().in(),
            second.counts().out(),
            0,
            0,
            0,
            first.counts().deadLetters() + second.counts().deadLetters()),
        second.others(),
        first.problem() == null ? second.problem() : first.problem());
  }

  @Override
  public void rest(boolean resting) {
    routing.rest(resting);
    joining.rest(resting);
  }

  @Override
  public void close() {
    routing.close();
    joining.close();
  }
}
