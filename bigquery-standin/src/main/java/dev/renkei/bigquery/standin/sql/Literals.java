package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Literals of DuckDB for values that come beside a query. */
public final class Literals {
  private Literals() {}

  /**
   * @param type a scalar type's name
   * @param text as the REST API gives it; null is NULL
   */
  public static String of(String type, @Nullable String text) {
    ColumnType kind = ColumnType.of(type);
    if (text == null) {
      return "CAST(NULL AS " + kind.duck() + ")";
    }
    if (kind == ColumnType.BYTES) {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Translator.blob(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return "(" + Types.literal(kind, text) + ")";
  }

  public static String array(String type, List<@Nullable String> texts) {
    return "CAST(["
        + texts.stream().map(t -> of(type, t)).collect(Collectors.joining(", "))
        + "] AS "
        + ColumnType.of(type).duck()
        + "[])";
  }

  /**
   * An argument in the type of the parameter it is given for.
   *
   * @param type in GoogleSQL; {@code ANY TYPE} leaves the argument as it is
   */
  public static String argument(String type, String argument) {
    List<Token> tokens = Lexer.tokens(type);
    if (tokens.size() != 1) {
      if (type.toUpperCase(java.util.Locale.ROOT).startsWith("ANY")) {
        return "(" + argument + ")";
      }
      throw ApiException.notHere("a table function's parameter of type " + type);
    }
    return "CAST(" + argument + " AS " + ColumnType.of(type).duck() + ")";
  }
}
