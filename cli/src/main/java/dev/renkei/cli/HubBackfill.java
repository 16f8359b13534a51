package dev.renkei.cli;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.steps.feature.Recomputation;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** A backfill from all that a hub on Kafka holds, in memory. */
final class HubBackfill {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Hub hub;
  private final BackfillProgress progress;
  private final Recomputation recomputation;
  private final FinalRows rows;

  HubBackfill(
      Hub hub,
      FeatureConfig feature,
      TableMessages messages,
      FinalRows rows,
      BackfillProgress progress) {
    this.hub = hub;
    this.recomputation = new Recomputation(feature, messages);
    this.rows = rows;
    this.progress = progress;
  }

  /** Runs it; how many messages were read. */
  long run(Instant now) throws HubException, InterruptedException {
    try (HubReader reader = hub.reader("backfill")) {
      if (!(reader instanceof HubSubscription subscription)) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--from hub: only a hub on Kafka is read from its beginning. Name a warehouse in --from; or seek the subscription of `renkei pipeline features`.");
      }
      Span read = read(subscription, now);
      recomputation.results(now, read.from(), rows::publish);
      return read.messages();
    } catch (CompletionException e) {
      throw FinalRows.lost(e);
    }
  }

  /**
   * What was read.
   *
   * @param from before which something may be missing
   */
  private record Span(long messages, Instant from) {}

  private Span read(HubSubscription hub, Instant now) throws HubException, InterruptedException {
    hub.seek(Map.of());
    Map<Integer, Long> begin = hub.nextOffsets();
    Map<Integer, Long> end = hub.endOffsets();
    progress.begin(
        end.entrySet().stream()
            .mapToLong(e -> Math.max(0, e.getValue() - begin.getOrDefault(e.getKey(), 0L)))
            .sum());
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
        progress.read(0);
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
}
