package dev.renkei.server;

import static dev.renkei.server.TextTable.Column.left;
import static dev.renkei.server.TextTable.Column.right;

import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.server.StatusReport.Hub;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Warehouse;
import dev.renkei.server.Verdict.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a picture of an installation for a terminal: tables first, what troubles it below. */
final class StatusText {
  private static final String NOTHING = "-";

  private final StatusView view;
  private final StringBuilder text = new StringBuilder();

  StatusText(StatusView view) {
    this.view = view;
  }

  String text() {
    Verdict verdict = view.verdict();
    writeHeading(verdict);
    writeHub();
    writeTables();
    writeFlows();
    writeWarehouses();
    writeProcesses();
    writeAlerts();
    writeFindings(verdict);
    writeReloads();
    writeLateCommits();
    return text.toString();
  }

  private void writeHeading(Verdict verdict) {
    Set<String> names = new TreeSet<>();
    view.reports().forEach(report -> names.add(report.name() + " · renkei " + report.version()));
    int processes = view.reports().size() + view.silent().size();
    List<String> parts = new ArrayList<>(names);
    parts.add(processes == 1 ? "1 process" : processes + " processes");
    parts.add(word(verdict.health()));
    text.append(TextTable.shown(String.join(" · ", parts))).append('\n');
  }

  private void writeHub() {
    Map<String, Boolean> hubs = new TreeMap<>();
    for (StatusReport report : view.reports()) {
      Hub hub = report.hub();
      hubs.merge(
          hub.kind() + " " + hub.address() + (hub.embedded() ? " (embedded)" : ""),
          hub.reachable(),
          Boolean::logicalAnd);
    }
    List<List<String>> rows = new ArrayList<>();
    hubs.forEach(
        (hub, reachable) -> rows.add(List.of(hub, reachable ? "reachable" : "not reached")));
    write(List.of(left("HUB"), left("STATE")), rows);
  }

  private void writeTables() {
    List<TableLine> tables = view.tables();
    boolean severalTrackers =
        view.reports().stream().mapToInt(report -> report.trackers().size()).sum() > 1;
    boolean severalSources = tables.stream().map(TableLine::source).distinct().count() > 1;
    List<List<String>> rows = new ArrayList<>();
    for (TableLine line : tables) {
      rows.add(
          List.of(
              severalSources ? line.source() + ": " + line.table() : line.table(),
              word(line.phase()),
              line.version() == null ? NOTHING : Long.toString(line.version()),
              duration(Duration.ofMillis(line.lagMillis())),
              number(line.rows()),
              number(line.retries()),
              snapshot(line.snapshot(), line.snapshotsDone()),
              trackers(line, severalTrackers)));
    }
    write(
        List.of(
            left("TABLE"),
            left("PHASE"),
            right("VERSION"),
            right("LAG"),
            right("ROWS READ"),
            right("RETRIES"),
            left("SNAPSHOT"),
            left("TRACKERS")),
        rows);
  }

  /** How many follow a table; which one, where another one might. */
  private static String trackers(TableLine line, boolean several) {
    int all = line.trackers().size();
    if (several && all == 1) {
      return line.trackers().get(0);
    }
    return line.well() == all ? Integer.toString(all) : line.well() + " of " + all;
  }

  /** For example {@code no. 3: 120,000 of about 1,000,000 rows, 20,000/s, 44.0 s left}. */
  static String snapshot(@Nullable Snapshot underWay, int done) {
    if (underWay != null) {
      Long estimated = underWay.estimatedRows();
      Duration left = underWay.timeLeft();
      return "no. %d: %s%s rows%s%s"
          .formatted(
              underWay.number(),
              number(underWay.rows()),
              estimated == null ? "" : " of about " + number(Math.max(estimated, underWay.rows())),
              underWay.rowsPerSecond() == 0 ? "" : ", " + number(underWay.rowsPerSecond()) + "/s",
              left == null ? "" : ", " + duration(left) + " left");
    }
    return done == 0 ? NOTHING : done + " done";
  }

  private void writeFlows() {
    Map<String, Set<String>> states = new TreeMap<>();
    Map<String, Counts> counts = new TreeMap<>();
    Map<String, Map<String, Long>> others = new TreeMap<>();
    for (StatusReport report : view.reports()) {
      for (Flow flow : report.flows()) {
        states.computeIfAbsent(flow.name(), name -> new LinkedHashSet<>()).add(flow.state());
        counts.merge(flow.name(), flow.counts(), Counts::plus);
        Map<String, Long> more = others.computeIfAbsent(flow.name(), name -> new TreeMap<>());
        flow.others().forEach((name, count) -> more.merge(name, count, Long::sum));
      }
    }
    Map<String, String> waiting = new TreeMap<>();
    for (StatusReport report : view.reports()) {
      for (FlowLag lag : report.flowLags()) {
        waiting.put(lag.flow(), number(lag.messages()));
        counts.putIfAbsent(lag.flow(), new Counts(0, 0, 0, 0, 0, 0));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    counts.forEach(
        (name, of) ->
            rows.add(
                List.of(
                    name,
                    String.join("/", states.getOrDefault(name, Set.of("not here")))
                        .toLowerCase(Locale.ROOT),
                    waiting.getOrDefault(name, NOTHING),
                    number(of.in()),
                    number(of.out()),
                    number(of.duplicates()),
                    number(of.superseded()),
                    number(of.filtered()),
                    number(of.deadLetters()),
                    more(others.getOrDefault(name, Map.of())))));
    write(
        List.of(
            left("FLOW"),
            left("STATE"),
            right("WAITING"),
            right("IN"),
            right("OUT"),
            right("DUPLICATES"),
            right("SUPERSEDED"),
            right("FILTERED"),
            right("DEAD LETTERS"),
            left("MORE")),
        rows);
  }

  private static String more(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .filter(count -> count.getValue() > 0)
        .map(count -> count.getKey().replace('_', ' ') + " " + number(count.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void writeWarehouses() {
    List<List<String>> rows = new ArrayList<>();
    for (StatusReport report : view.reports()) {
      for (Warehouse warehouse : report.warehouses()) {
        rows.add(
            List.of(
                warehouse.name(),
                warehouse.path(),
                phase(warehouse),
                lag(warehouse),
                number(warehouse.rows()),
                number(warehouse.batches()),
                number(warehouse.swept()),
                number(warehouse.retries()),
                number(warehouse.deadLetters()),
                ago(warehouse.lastCommit(), report.at())));
      }
    }
    write(
        List.of(
            left("WAREHOUSE"),
            left("WHERE"),
            left("PHASE"),
            right("LAG"),
            right("ROWS"),
            right("BATCHES"),
            right("SWEPT"),
            right("RETRIES"),
            right("DEAD LETTERS"),
            left("LAST COMMIT")),
        rows);
  }

  /** In messages, or in time where the hub cannot count them. */
  private static String lag(Warehouse warehouse) {
    Long messages = warehouse.lagMessages();
    Long millis = warehouse.lagMillis();
    if (messages != null) {
      return number(messages);
    }
    return millis == null ? NOTHING : duration(Duration.ofMillis(millis));
  }

  private static String phase(Warehouse warehouse) {
    Instant from = warehouse.replayingFrom();
    return word(warehouse.phase()) + (from == null ? "" : " (replay from " + from + ")");
  }

  /** Those that fire; processes that see the same are not told apart. */
  private void writeAlerts() {
    Map<List<String>, String> alerts = new LinkedHashMap<>();
    for (StatusReport report : view.reports()) {
      for (StatusReport.Alert alert : report.alerts()) {
        alerts.putIfAbsent(List.of(alert.name(), alert.subject()), ago(alert.since(), report.at()));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    alerts.forEach((alert, since) -> rows.add(List.of(alert.get(0), alert.get(1), since)));
    write(List.of(left("ALERT FIRES"), left("ABOUT"), right("SINCE")), rows);
  }

  private void writeProcesses() {
    List<List<String>> rows = new ArrayList<>();
    for (StatusReport report : view.reports()) {
      Resources used = report.resources();
      Long rss = used.rssMib();
      rows.add(
          List.of(
              Long.toString(report.pid()),
              String.join(", ", report.roles()),
              duration(Duration.between(report.startedAt(), report.at())),
              String.format(Locale.ROOT, "%.1f s", used.cpuSeconds()),
              rss == null ? NOTHING : rss + " MiB",
              "%d of %d MiB".formatted(used.heapUsedMib(), used.heapMaxMib())));
    }
    for (StatusView.Silent silent : view.silent()) {
      rows.add(
          List.of(
              Long.toString(silent.process().pid()),
              String.join(", ", silent.process().roles()),
              NOTHING,
              NOTHING,
              NOTHING,
              NOTHING));
    }
    write(
        List.of(
            right("PROCESS"),
            left("ROLES"),
            right("UP"),
            right("CPU"),
            right("MEMORY"),
            right("HEAP")),
        rows);
  }

  private void writeFindings(Verdict verdict) {
    if (verdict.findings().isEmpty()) {
      return;
    }
    text.append('\n');
    for (Finding finding : verdict.findings()) {
      text.append(finding.health() == Verdict.Health.PROBLEM ? "! " : "~ ")
          .append(TextTable.shown(finding.subject() + ": " + finding.message()))
          .append('\n');
      if (finding.cure() != null) {
        text.append("  ").append(TextTable.shown(finding.cure())).append('\n');
      }
    }
  }

  /** What was mended by itself, the latest first: somebody may want to know why. */
  private void writeReloads() {
    Map<String, Reloaded> latest = new TreeMap<>();
    for (StatusReport report : view.reports()) {
      for (StatusReport.Tracker tracker : report.trackers()) {
        for (StatusReport.Table table : tracker.tables()) {
          Problem why = table.lastReload();
          if (why != null) {
            latest.merge(
                tracker.source() + " " + table.table(),
                new Reloaded(why, report.at()),
                (one, other) -> one.why().at().isBefore(other.why().at()) ? other : one);
          }
        }
      }
    }
    text.append(latest.isEmpty() ? "" : "\n");
    latest.values().stream()
        .sorted(Comparator.comparing((Reloaded one) -> one.why().at()).reversed())
        .forEach(
            one ->
                text.append(". ")
                    .append(TextTable.shown(one.why().message()))
                    .append(" (")
                    .append(ago(one.why().at(), one.toldAt()))
                    .append(")\n  ")
                    .append(TextTable.shown(one.why().cure()))
                    .append('\n'));
  }

  /** Nothing was lost; but it shows that the source commits late, and what that is good for. */
  private void writeLateCommits() {
    Map<String, Long> found = new TreeMap<>();
    for (StatusReport report : view.reports()) {
      for (StatusReport.Tracker tracker : report.trackers()) {
        for (StatusReport.Table table : tracker.tables()) {
          if (table.lateFound() > 0) {
            found.merge(table.table(), table.lateFound(), Math::max);
          }
        }
      }
    }
    text.append(found.isEmpty() ? "" : "\n");
    found.forEach(
        (table, changes) ->
            text.append(". ")
                .append(
                    TextTable.shown(
                        "%s: %s became visible late, and arrived by reading the last versions again"
                            .formatted(
                                table, changes == 1 ? "1 change" : number(changes) + " changes")))
                .append("\n  keep `late_commit_overlap` above zero\n"));
  }

  private record Reloaded(Problem why, Instant toldAt) {}

  private void write(List<TextTable.Column> columns, List<List<String>> rows) {
    if (!rows.isEmpty()) {
      text.append('\n').append(new TextTable(columns, rows).text());
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String ago(@Nullable Instant then, Instant now) {
    return then == null ? "never" : duration(Duration.between(then, now)) + " ago";
  }

  /** With the two largest units, as a person would say it. */
  static String duration(Duration duration) {
    if (duration.isNegative()) {
      return "0 ms";
    }
    if (duration.toSeconds() < 1) {
      return duration.toMillis() + " ms";
    }
    if (duration.toMinutes() < 1) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(duration.toMillis() / 100.0) / 10);
    }
    if (duration.toHours() < 1) {
      return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
    return duration.toDays() < 1
        ? "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart())
        : "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
  }
}
