package dev.renkei.core.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A YAML document with the lines on which things stand; texts are as written, unresolved. */
sealed interface YamlNode {
  /** From 1; of a value, the line of its key. */
  int line();

  /** Whether there is more than nothing, or an empty list or mapping. */
  default boolean hasValue() {
    return true;
  }

  /** For a fault: a text as written, of anything else only its kind. */
  String shown();

  record Scalar(String text, int line) implements YamlNode {
    @Override
    public String shown() {
      return text.isEmpty() ? "an empty text" : text.lines().findFirst().orElse("");
    }
  }

  /** A key without a value. */
  record Empty(int line) implements YamlNode {
    @Override
    public boolean hasValue() {
      return false;
    }

    @Override
    public String shown() {
      return "nothing";
    }
  }

  record Sequence(List<YamlNode> items, int line) implements YamlNode {
    @Override
    public boolean hasValue() {
      return !items.isEmpty();
    }

    @Override
    public String shown() {
      return "a list";
    }
  }

  /** Keys in their order; one may stand there twice. */
  record Mapping(List<Pair> pairs, int line) implements YamlNode {
    @Override
    public boolean hasValue() {
      return !pairs.isEmpty();
    }

    @Override
    public String shown() {
      return "keys with values";
    }
  }

  record Pair(String key, int line, YamlNode value) {}

  /** The document cannot be read; the message says where, and quotes nothing of it. */
  final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;
    private final int line;

    UnreadableException(int line, String message) {
      super(message);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  /** Reads a document; one without content is {@link Empty}. */
  static YamlNode parse(String yaml) throws UnreadableException {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Empty(1);
      }
      YamlNode document = node(parser, first, line(parser));
      if (parser.nextToken() != null) {
        throw new UnreadableException(line(parser), "a second document; there may be only one");
      }
      return document;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      throw new UnreadableException(
          location == null ? 1 : Math.max(1, location.getLineNr()), "no YAML: " + reason(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The parser's sentence without the lines that quote the file: a secret may stand there. */
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }

  private static YamlNode node(YAMLParser parser, JsonToken token, int line)
      throws IOException, UnreadableException {
    if (parser.isCurrentAlias()) {
      throw new UnreadableException(line, "aliases are not read; write it out");
    }
    return switch (token) {
      case START_OBJECT -> mapping(parser, line);
      case START_ARRAY -> sequence(parser, line);
      case VALUE_NULL -> new Empty(line);
      default -> new Scalar(parser.getText(), line);
    };
  }

  private static YamlNode mapping(YAMLParser parser, int line)
      throws IOException, UnreadableException {
    List<Pair> pairs = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      int keyLine = line(parser);
      pairs.add(new Pair(key, keyLine, node(parser, parser.nextToken(), keyLine)));
    }
    return new Mapping(List.copyOf(pairs), line);
  }

  private static YamlNode sequence(YAMLParser parser, int line)
      throws IOException, UnreadableException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(parser, token, line(parser)));
    }
    return new Sequence(List.copyOf(items), line);
  }

  private static int line(YAMLParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }
}
