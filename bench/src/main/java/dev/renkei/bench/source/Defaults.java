package dev.renkei.bench.source;

import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.sqlserver.TrackerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A tracker's options as they are where a configuration says nothing. */
public final class Defaults {
  /** The source's configured name. */
  public static final String SOURCE = "bench";

  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final int BATCH_SIZE = 5_000;

  private Defaults() {}

  /**
   * The options of a tracker of some tables.
   *
   * @param tables a pattern as in {@code tables.include}
   * @param maxTransaction how long one read may go on
   */
  public static TrackerOptions tracker(
      int port, String tables, TableSettings.Start start, Duration maxTransaction) {
    SourceConfig source =
        new SourceConfig(
            Source.login(port),
            SOURCE,
            SourceConfig.Isolation.SNAPSHOT_OR_FALLBACK,
            maxTransaction,
            20_000,
            0,
            Duration.ofSeconds(2));
    TableSettings settings =
        new TableSettings(
            INTERVAL,
            start,
            BATCH_SIZE,
            Duration.ofSeconds(5),
            10,
            TableSettings.OnHistoryLost.RELOAD,
            Set.of(),
            null,
            null);
    return new TrackerOptions(
        "bench",
        source,
        new TablesConfig(settings, List.of(new TablePattern(tables)), List.of(), Map.of()),
        4);
  }
}
