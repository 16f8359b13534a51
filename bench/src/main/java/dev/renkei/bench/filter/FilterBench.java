package dev.renkei.bench.filter;

import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.steps.expression.Condition;
import dev.renkei.steps.expression.EvaluationException;
import java.math.BigDecimal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench filter}. One thread; rows are in memory, so the filter is all there is. */
@Command(
    name = "filter",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Row filters as `where` says them, beside the same conditions in Java.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench filter", "  renkei bench filter --rows 1000000"})
public final class FilterBench extends Benchmark {
  private static final int DISTINCT = 10_000;
  private static final int STATUS = Orders.SCHEMA.indexOf("Status").orElseThrow();
  private static final int AMOUNT = Orders.SCHEMA.indexOf("Amount").orElseThrow();
  private static final BigDecimal LEAST = new BigDecimal("10.50");

  @Option(
      names = "--rows",
      defaultValue = "3000000",
      description = "Rows to judge (default: ${DEFAULT-VALUE}).")
  private int rows;

  private interface Filter {
    boolean admits(Row row) throws EvaluationException;
  }

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      rows = 100_000;
    }
    report.amount("rows", rows);
    report.amount("rounds", rounds());
    Row[] some =
        Orders.changes(ChangeType.UPDATE, 0, DISTINCT, DISTINCT).stream()
            .map(Change::row)
            .toArray(Row[]::new);
    compare(
        report,
        some,
        "row.Status != 'DRAFT'",
        row -> {
          Object status = row.value(STATUS);
          return status != null && !status.equals("DRAFT");
        });
    compare(
        report,
        some,
        "row.Status == 'NEW' && row.Amount > 10.50",
        row ->
            "NEW".equals(row.value(STATUS))
                && row.value(AMOUNT) instanceof BigDecimal amount
                && amount.compareTo(LEAST) > 0);
  }

  private void compare(Report report, Row[] some, String text, Filter bare) throws Exception {
    Condition condition = Condition.compile(text, Orders.SCHEMA);
    List<Filter> filters = List.of(bare, condition::holds);
    List<Series> series = List.of(new Series(rows, rounds()), new Series(rows, rounds()));
    int[] admitted = new int[2];
    eachRound(
        text,
        round -> {
          for (int i = 0; i < filters.size(); i++) {
            int which = i;
            series.get(i).add(round, () -> admitted[which] = count(some, filters.get(which)));
          }
          if (admitted[0] != admitted[1]) {
            throw new IllegalStateException(
                "%s: %d rows by the expression, %d bare".formatted(text, admitted[1], admitted[0]));
          }
        });
    report.figure("Java, " + text, "rows/s", series.get(0).rates());
    report.figure("where, " + text, "rows/s", series.get(1).rates());
    report.figure("where, " + text, "CPU s per million rows", series.get(1).cpuSecondsPerMillion());
  }

  private int count(Row[] some, Filter filter) throws EvaluationException {
    int admitted = 0;
    for (int i = 0; i < rows; i++) {
      if (filter.admits(some[i % some.length])) {
        admitted++;
      }
    }
    return admitted;
  }
}
