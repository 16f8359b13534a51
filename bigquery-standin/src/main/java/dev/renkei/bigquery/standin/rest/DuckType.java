package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.BigNumeric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB type as its driver names it, such as {@code STRUCT(a BIGINT, b VARCHAR[])}.
 *
 * @param names of a struct's fields
 * @param parts types of a struct's fields, or the one of an array's elements
 */
record DuckType(String base, List<String> names, List<DuckType> parts) {
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
  private static final BigInteger LOWEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);

  static DuckType of(String text) {
    if (text.endsWith("[]")) {
      return new DuckType("ARRAY", List.of(), List.of(of(text.substring(0, text.length() - 2))));
    }
    if (!text.startsWith("STRUCT(")) {
      return new DuckType(text, List.of(), List.of());
    }
    List<String> names = new ArrayList<>();
    List<DuckType> parts = new ArrayList<>();
    for (String field : fields(text.substring(7, text.length() - 1))) {
      int end = field.startsWith("\"") ? closing(field) + 1 : field.indexOf(' ');
      String name = field.substring(0, end);
      names.add(
          name.startsWith("\"")
              ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
              : name);
      parts.add(of(field.substring(end).trim()));
    }
    return new DuckType("STRUCT", names, parts);
  }

  private static int closing(String field) {
    int at = 1;
    while (field.charAt(at) != '"' || (at + 1 < field.length() && field.charAt(at + 1) == '"')) {
      at += field.charAt(at) == '"' ? 2 : 1;
    }
    return at;
  }

  private static List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      quoted ^= c == '"';
      depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0 && !quoted) {
        fields.add(text.substring(from, at).trim());
        from = at + 1;
      }
    }
    fields.add(text.substring(from).trim());
    return fields;
  }

  Result.Field field(String name) {
    if (base.equals("ARRAY")) {
      Result.Field element = parts.get(0).field(name);
      return new Result.Field(name, element.type(), true, element.fields());
    }
    List<Result.Field> inner = new ArrayList<>();
    for (int at = 0; at < names.size(); at++) {
      inner.add(parts.get(at).field(names.get(at)));
    }
    return new Result.Field(name, rest(), false, inner);
  }

  private String rest() {
    if (base.startsWith("DECIMAL(")) {
      int scale = Integer.parseInt(base.substring(base.indexOf(',') + 1, base.length() - 1).trim());
      return scale <= 9 ? "NUMERIC" : "BIGNUMERIC";
    }
    switch (base) {
      case "STRUCT":
        return "RECORD";
      case "BOOLEAN", "DATE", "TIME", "JSON":
        return base;
      case "TINYINT",
      "SMALLINT",
      "INTEGER",
      "BIGINT",
      "HUGEINT",
      "UBIGINT",
      "UINTEGER",
      "UHUGEINT",
      "NULL",
      "\"NULL\"":
        return "INTEGER";
      case "DOUBLE", "FLOAT":
        return "FLOAT";
      case "VARCHAR":
        return "STRING";
      case "BLOB":
        return "BYTES";
      case "TIMESTAMP":
        return "DATETIME";
      case "TIMESTAMP WITH TIME ZONE":
        return "TIMESTAMP";
      default:
        throw ApiException.notHere("a result of DuckDB's type " + base);
    }
  }

  /** As {@link Result} holds values. */
  @Nullable Object told(@Nullable Object value) throws SQLException {
    if (value == null) {
      return base.equals("ARRAY") ? List.of() : null;
    }
    if (value instanceof Array array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object element : (Object[]) array.getArray()) {
        elements.add(parts.get(0).told(element));
      }
      return elements;
    }
    if (value instanceof Struct struct) {
      @Nullable Object[] attributes = struct.getAttributes();
      @Nullable Object[] told = new @Nullable Object[attributes.length];
      for (int at = 0; at < told.length; at++) {
        told[at] = parts.get(at).told(attributes[at]);
      }
      return told;
    }
    return scalar(value);
  }

  private static Object scalar(Object value) throws SQLException {
    if (value instanceof String text) {
      return BigNumeric.isEncoded(text) ? plain(BigNumeric.decode(text)) : text;
    } else if (value instanceof BigDecimal number) {
      return plain(number);
    } else if (value instanceof BigInteger number) {
      if (number.compareTo(LOWEST) < 0 || number.compareTo(HIGHEST) > 0) {
        throw ApiException.invalidQuery("int64 overflow: " + number);
      }
      return number.toString();
    } else if (value instanceof OffsetDateTime moment) {
      return moment.toInstant();
    } else if (value instanceof LocalDateTime moment) {
      return datetime(moment);
    } else if (value instanceof Timestamp moment) {
      return datetime(moment.toLocalDateTime());
    } else if (value instanceof LocalTime time) {
      return time(time);
    } else if (value instanceof Blob blob) {
      return Base64.getEncoder().encodeToString(blob.getBytes(1, (int) blob.length()));
    } else if (value instanceof Double number) {
      return float64(number);
    } else if (value instanceof JsonNode || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return value.toString();
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String float64(Double number) {
    return number % 1 == 0 && Math.abs(number) < 1e15
        ? BigDecimal.valueOf(number).setScale(1).toPlainString()
        : number.toString();
  }

  private static String datetime(LocalDateTime moment) {
    return moment.toLocalDate() + "T" + time(moment.toLocalTime());
  }

  private static String time(LocalTime time) {
    return (time.getNano() == 0 ? SECONDS : MICROS).format(time);
  }
}
