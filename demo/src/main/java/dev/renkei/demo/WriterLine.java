package dev.renkei.demo;

import java.util.Optional;

/** What the writer says on its standard output, line by line. */
public sealed interface WriterLine {
  /** It has read the shop's rows and begins. */
  record Ready(long rows) implements WriterLine {
    @Override
    public String toString() {
      return "ready rows=" + rows;
    }
  }

  /** Once a second: what is committed so far, and the last version. */
  record Progress(long changes, long transactions, long version) implements WriterLine {
    @Override
    public String toString() {
      return "progress changes=%d transactions=%d version=%d"
          .formatted(changes, transactions, version);
    }
  }

  /** The last line: it has ended in good order. */
  record Done(long changes, long transactions, long version, double seconds) implements WriterLine {
    @Override
    public String toString() {
      return "done changes=%d transactions=%d version=%d seconds=%s"
          .formatted(changes, transactions, version, seconds);
    }
  }

  /** Reads what {@code toString} writes; empty where a line is none of these. */
  static Optional<WriterLine> parse(String line) {
    String[] words = line.strip().split(" ");
    String[] values = new String[words.length];
    for (int i = 1; i < words.length; i++) {
      values[i] = words[i].substring(words[i].indexOf('=') + 1);
    }
    try {
      return switch (words[0] + words.length) {
        case "ready2" -> Optional.of(new Ready(Long.parseLong(values[1])));
        case "progress4" ->
            Optional.of(
                new Progress(
                    Long.parseLong(values[1]),
                    Long.parseLong(values[2]),
                    Long.parseLong(values[3])));
        case "done5" ->
            Optional.of(
                new Done(
                    Long.parseLong(values[1]),
                    Long.parseLong(values[2]),
                    Long.parseLong(values[3]),
                    Double.parseDouble(values[4])));
        default -> Optional.empty();
      };
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
