package dev.renkei.acceptance;

import dev.renkei.cli.process.Child;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The process of an {@link IndependentWriter}. */
final class Writing implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("(?m)^(ready)\t");

  private final Child child;
  private final Path output;

  private Writing(Child child, Path output) {
    this.child = child;
    this.output = output;
  }

  /** What was committed of one table. */
  record Counts(long inserted, long updated, long deleted) {}

  /**
   * What was committed.
   *
   * @param version of Change Tracking after the last commit
   */
  record Written(long changes, long version, Map<String, Counts> tables) {}

  /** Starts it; returns when it knows the keys and writes. */
  static Writing start(
      StandIn source, String database, long seed, int changesPerSecond, Path folder)
      throws IOException, InterruptedException {
    System.out.println("writer: seed " + seed);
    Child child =
        Child.start(
            new Child.Plan(
                "writer",
                IndependentWriter.class,
                List.of(Long.toString(seed), Integer.toString(changesPerSecond)),
                256,
                Map.of(IndependentWriter.URL, source.jtdsUrl(database), "TZ", "UTC")),
            folder);
    Writing writing = new Writing(child, folder.resolve("writer.out"));
    child.awaitLine(READY, Installation.PATIENCE);
    return writing;
  }

  /** How much it has committed, as of its last word. */
  long changes() throws IOException {
    long changes = 0;
    for (String line : lines()) {
      if (line.startsWith("progress\t")) {
        changes = Long.parseLong(line.substring("progress\t".length()));
      }
    }
    return changes;
  }

  /** Lines that are whole. */
  private List<String> lines() throws IOException {
    String text = Files.readString(output);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** Waits until it has committed so much. */
  void until(long wanted) throws Exception {
    Waiting.until(
        Installation.PATIENCE,
        () -> {
          if (!child.isAlive()) {
            throw new AssertionError("the writer has ended:\n" + child.lastErrors());
          }
          long changes = changes();
          return changes >= wanted
              ? Optional.empty()
              : Optional.of("the writer has committed %d of %d changes".formatted(changes, wanted));
        });
  }

  /** Ends it after the transaction under way. */
  Written end() throws IOException, InterruptedException {
    int code = child.end();
    Map<String, Counts> tables = new HashMap<>();
    for (String line : lines()) {
      String[] field = line.split("\t", -1);
      if (field[0].equals("wrote")) {
        tables.put(
            field[1],
            new Counts(
                Long.parseLong(field[2]), Long.parseLong(field[3]), Long.parseLong(field[4])));
      } else if (field[0].equals("done")) {
        return new Written(Long.parseLong(field[1]), Long.parseLong(field[2]), tables);
      }
    }
    throw new AssertionError("the writer ended with %d:%n%s".formatted(code, child.lastErrors()));
  }

  @Override
  public void close() {
    child.close();
  }
}
