package dev.renkei.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a configuration file refers to instead of saying it: <code>${NAME}</code> or <code>
 * ${file:PATH}</code>.
 *
 * @param name of the variable, or the path as written
 */
public record Reference(Kind kind, String name) implements Comparable<Reference> {
  private static final String FILE = "file:";

  /** Where the value is. */
  public enum Kind {
    ENVIRONMENT,
    FILE
  }

  /** All of a file, each once; none of their values. */
  public static List<Reference> in(Path file) throws IOException {
    try {
      return List.copyOf(
          new TreeSet<>(
              texts(YamlNode.parse(Files.readString(file)))
                  .flatMap(text -> References.in(text).stream())
                  .map(Reference::parse)
                  .toList()));
    } catch (YamlNode.UnreadableException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Stream<String> texts(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar) {
      return Stream.of(scalar.text());
    }
    if (node instanceof YamlNode.Sequence sequence) {
      return sequence.items().stream().flatMap(Reference::texts);
    }
    return node instanceof YamlNode.Mapping mapping
        ? mapping.pairs().stream().flatMap(pair -> texts(pair.value()))
        : Stream.empty();
  }

  private static Reference parse(String body) {
    return body.startsWith(FILE)
        ? new Reference(Kind.FILE, body.substring(FILE.length()))
        : new Reference(Kind.ENVIRONMENT, body);
  }

  @Override
  public int compareTo(Reference other) {
    int byKind = kind.compareTo(other.kind);
    return byKind == 0 ? name.compareTo(other.name) : byKind;
  }

  /** As it is written. */
  @Override
  public String toString() {
    return "${" + (kind == Kind.FILE ? FILE : "") + name + "}";
  }
}
