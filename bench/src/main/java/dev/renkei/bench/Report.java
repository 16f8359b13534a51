package dev.renkei.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one benchmark has measured, where, and under which load of the machine. */
public final class Report {
  private static final JsonFactory JSON = new JsonFactory();

  private final String benchmark;
  private final boolean quick;
  private final Machine machine = Machine.here();
  private final double loadBefore = Machine.load();
  private final Map<String, Long> amounts = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();

  public Report(String benchmark, boolean quick) {
    this.benchmark = benchmark;
    this.quick = quick;
  }

  /** Says how much of something the benchmark uses. */
  public void amount(String name, long value) {
    amounts.put(name, value);
  }

  public void figure(String name, String unit, double... rounds) {
    figure(name, unit, null, rounds);
  }

  public void figure(String name, String unit, @Nullable Aim aim, double... rounds) {
    figures.add(new Figure(name, unit, Arrays.stream(rounds).boxed().toList(), aim));
  }

  /** A figure of ours beside a bare one, round by round: what disturbs a round disturbs both. */
  public void ratio(String name, @Nullable Aim aim, double[] ours, double[] bare) {
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours[i] / bare[i];
    }
    figure(name, Figure.RATIO, aim, ratios);
  }

  /** As a table for people. */
  void print(PrintStream to) {
    to.println(benchmark + (quick ? ", quick: shows that it runs, not how fast" : ""));
    to.println("  machine  " + machine);
    to.println(
        "  load     %.2f before, %.2f after".formatted(loadBefore, Machine.load())
            + " (runnable threads over a minute; others' work counts)");
    StringBuilder said = new StringBuilder();
    amounts.forEach(
        (name, value) ->
            said.append(said.isEmpty() ? "" : ", ").append(number(value) + " " + name));
    to.println("  amounts  " + said);
    to.printf(
        Locale.ROOT, "%n  %-58s %14s %-10s %s%n", "figure", "median", "unit", "lowest to highest");
    for (Figure figure : figures) {
      print(figure, to);
    }
    to.println();
  }

  private static void print(Figure figure, PrintStream to) {
    Aim aim = figure.aim();
    to.printf(
        Locale.ROOT,
        "  %-58s %14s %-10s %s%s%n",
        figure.name(),
        number(figure.median()),
        figure.unit(),
        figure.rounds().size() == 1
            ? ""
            : number(figure.lowest()) + " to " + number(figure.highest()),
        aim == null
            ? ""
            : "  aim %s: %s"
                .formatted(aim, aim.isReachedBy(figure.median()) ? "reached" : "missed"));
  }

  /** With as many digits as mean something. */
  static String number(double value) {
    double size = Math.abs(value);
    String pattern =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return pattern.formatted(value);
  }

  /** As one JSON object on one line. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("benchmark", benchmark);
      json.writeBooleanField("quick", quick);
      json.writeObjectFieldStart("machine");
      json.writeStringField("cpu", machine.cpu());
      json.writeNumberField("processors", machine.processors());
      json.writeNumberField("memory_mib", machine.memoryMebibytes());
      json.writeStringField("java", machine.java());
      json.writeStringField("system", machine.system());
      json.writeEndObject();
      json.writeObjectFieldStart("load_average");
      json.writeNumberField("before", loadBefore);
      json.writeNumberField("after", Machine.load());
      json.writeEndObject();
      json.writeObjectFieldStart("amounts");
      for (Map.Entry<String, Long> amount : amounts.entrySet()) {
        json.writeNumberField(amount.getKey(), amount.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("figures");
      for (Figure figure : figures) {
        write(figure, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void write(Figure figure, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", figure.name());
    json.writeStringField("unit", figure.unit());
    json.writeNumberField("median", figure.median());
    json.writeArrayFieldStart("rounds");
    for (double round : figure.rounds()) {
      json.writeNumber(round);
    }
    json.writeEndArray();
    Aim aim = figure.aim();
    if (aim != null) {
      json.writeStringField("aim", aim.toString());
      json.writeBooleanField("reached", aim.isReachedBy(figure.median()));
    }
    json.writeEndObject();
  }
}
