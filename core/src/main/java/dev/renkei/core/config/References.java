package dev.renkei.core.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts in what a text refers to: <code>${NAME}</code> an environment variable, <code>${file:PATH}
 * </code> a file's content without its last line end; <code>$${</code> stands for <code>${</code>.
 * What was put in is not looked at again.
 *
 * @param folder what relative paths start from
 */
record References(Map<String, String> environment, Path folder) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^{}]*)\\}|\\$\\{");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String FILE = "file:";

  /** Whether the text holds a reference, so that its value must not be shown. */
  static boolean isIn(String text) {
    return text.contains("${");
  }

  /** Whether the text is one reference, so that it can be shown as it is written. */
  static boolean isNothingElse(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.matches() && matcher.group(1) != null;
  }

  /** What stands between the braces of a text's references, unresolved. */
  static List<String> in(String text) {
    return REFERENCE
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * @throws IllegalArgumentException with a sentence about the reference, without any value
   */
  String resolve(String text) {
    if (!isIn(text)) {
      return text;
    }
    StringBuilder resolved = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(resolved, "");
      String reference = matcher.group(1);
      if (matcher.group().startsWith("$$")) {
        resolved.append("${");
      } else if (reference == null) {
        throw new IllegalArgumentException(
            "a reference without its closing brace; write $${ where ${ itself is meant");
      } else {
        resolved.append(value(reference));
      }
    }
    return matcher.appendTail(resolved).toString();
  }

  private String value(String reference) {
    if (reference.startsWith(FILE)) {
      return content(reference.substring(FILE.length()));
    }
    if (!NAME.matcher(reference).matches()) {
      throw new IllegalArgumentException(
          "a reference is ${NAME} for an environment variable or ${file:PATH} for a file");
    }
    String value = environment.get(reference);
    if (value == null) {
      throw new IllegalArgumentException("environment variable " + reference + " is not set");
    }
    return value;
  }

  private String content(String path) {
    Path file = folder.resolve(path);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("file " + file + " does not exist");
    }
    try {
      String content = Files.readString(file);
      return content.replaceFirst("\\r?\\n\\z", "");
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("file " + file + " is not text in UTF-8");
    } catch (IOException e) {
      throw new IllegalArgumentException("file " + file + " cannot be read");
    }
  }
}
