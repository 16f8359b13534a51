package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.feature.Recomputation;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei backfill}: a feature computed once more from all that the hub holds. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes a feature once more from all that the hub holds (Kafka), by the steps that compute it live, and publishes",
      "the rows of windows that are closed. They have the versions that they have live: what is right already does not change.",
      "Windows that began before what the hub holds are left out. It works in memory: some hundred bytes for each row and window."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei backfill sales_per_product -c shop.yaml     while `renkei up` runs"})
final class BackfillCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long BUFFER_BYTES = 32L << 20;

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Parameters(paramLabel = "FEATURE", description = "Its name under `features`.")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  BackfillCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = option.load();
    FeatureConfig feature =
        config.features().stream()
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "no feature '%s'; there is: %s."
                            .formatted(
                                name,
                                config.features().stream()
                                    .map(FeatureConfig::name)
                                    .collect(Collectors.joining(", ")))));
    PrintWriter out = spec.commandLine().getOut();
    HubAccess.use(config, hub -> backfill(hub, config, feature, out));
    out.flush();
    return ExitCode.OK.number();
  }

  private static void backfill(
      Hub hub, Configuration config, FeatureConfig feature, PrintWriter out)
      throws HubException, InterruptedException {
    TableMessages messages =
        new TableMessages(config.source().name(), SchemaAccess.here(hub.schemas()));
    Recomputation recomputation = new Recomputation(feature, messages);
    Instant now = Instant.now();
    try (HubReader reader = hub.reader("backfill")) {
      if (!(reader instanceof HubSubscription subscription)) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "backfill reads a hub on Kafka from its beginning; on Pub/Sub, seek the subscription of `renkei pipeline features`.");
      }
      Span read = read(subscription, recomputation, now);
      long published = publish(hub, recomputation, now, read.from());
      out.printf(
          "%s: %d messages read, %d final rows published%n",
          feature.table(), read.messages(), published);
    }
  }

  /**
   * What was read.
   *
   * @param from before which something may be missing
   */
  private record Span(long messages, Instant from) {}

  private static Span read(HubSubscription hub, Recomputation recomputation, Instant now)
      throws HubException, InterruptedException {
    hub.seek(Map.of());
    Map<Integer, Long> begin = hub.nextOffsets();
    Map<Integer, Long> end = hub.endOffsets();
    Map<Integer, Instant> first = new HashMap<>();
    long read = 0;
    while (isBehind(hub.nextOffsets(), end)) {
      for (HubRecord record : hub.poll(POLL)) {
        first.putIfAbsent(record.partition(), Instant.ofEpochMilli(record.timestampMillis()));
        Map<String, String> attributes = new HashMap<>(record.rawAttributes());
        if (record.attributes() != null) {
          HeaderCodec.write(record.attributes(), attributes::put);
        }
        recomputation.take(new FlowMessage(attributes, record.routingKey(), record.payload()), now);
        read++;
      }
    }
    Instant from =
        first.entrySet().stream()
            .filter(partition -> begin.getOrDefault(partition.getKey(), 0L) > 0)
            .map(Map.Entry::getValue)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    return new Span(read, from);
  }

  private static boolean isBehind(Map<Integer, Long> next, Map<Integer, Long> end) {
    return end.entrySet().stream()
        .anyMatch(partition -> next.getOrDefault(partition.getKey(), 0L) < partition.getValue());
  }

  /** To where trackers publish: what the hub has already falls out there, or at its consumers. */
  private static long publish(Hub hub, Recomputation recomputation, Instant now, Instant from)
      throws HubException, InterruptedException {
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    try (EventPublisher publisher = hub.eventPublisher(PATIENCE, BUFFER_BYTES)) {
      recomputation.results(now, from, row -> waiting.add(publisher.publish(encoded(row))));
      for (CompletableFuture<Void> one : waiting) {
        one.join();
      }
      return waiting.size();
    } catch (CompletionException e) {
      throw new HubException("backfill: not every row is in the hub; run it again", e);
    }
  }

  private static EncodedMessage encoded(FlowMessage row) {
    try {
      return new EncodedMessage(TableMessages.attributes(row), row.routingKey(), row.payload());
    } catch (MessageException e) {
      throw new IllegalStateException("a message of our own", e);
    }
  }
}
