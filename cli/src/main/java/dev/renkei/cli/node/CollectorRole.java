package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.server.ServerException;
import dev.renkei.server.StatusReport;
import dev.renkei.server.collector.CollectorServer;
import dev.renkei.server.event.EventSchemaException;
import dev.renkei.server.event.EventTypes;
import dev.renkei.server.event.Intake;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The collector in this process: takes events from clients into the hub. */
final class CollectorRole implements FlowRole {
  static final String NAME = "collect";

  private final EventPublisher publisher;
  private final CollectorServer server;

  private CollectorRole(EventPublisher publisher, CollectorServer server) {
    this.publisher = publisher;
    this.server = server;
  }

  /**
   * Opens it; the hub has the schemas of events when it returns.
   *
   * @throws ServerException where it cannot listen, or a schema cannot be used
   */
  static CollectorRole start(Configuration config, Hub hub, Reachability reachability)
      throws HubException, ServerException, InterruptedException {
    Intake intake;
    try {
      intake =
          new Intake(
              config.events(),
              EventTypes.read(config.events()),
              config.source().name(),
              () -> UUID.randomUUID().toString(),
              System::nanoTime);
    } catch (EventSchemaException e) {
      throw new ServerException(String.valueOf(e.getMessage()), e);
    }
    intake.store(hub.schemas());
    var settings = config.events().collector();
    // A message is larger than the event in it; what is packed is smaller again.
    EventPublisher publisher = hub.eventPublisher(settings.patience(), 2 * settings.bufferBytes());
    try {
      return new CollectorRole(
          publisher, CollectorServer.start(settings, intake, publisher, reachability::isReachable));
    } catch (ServerException | RuntimeException e) {
      publisher.close();
      throw e;
    }
  }

  URI url() {
    return server.url();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StatusReport.Flow report() {
    Map<String, Long> own = new TreeMap<>(server.counts());
    Long in = own.remove("in");
    Long out = own.remove("out");
    return new StatusReport.Flow(
        NAME,
        "RUNNING",
        new StatusReport.Counts(in == null ? 0 : in, out == null ? 0 : out, 0, 0, 0, 0),
        own,
        server.trouble());
  }

  /** Refuses what is new, answers what is under way, and makes it durable. */
  @Override
  public void rest(boolean resting) {
    // It holds nothing back: who sends events would have to.
  }

  @Override
  public void close() {
    server.close();
    publisher.close();
  }
}
