package dev.renkei.standin.sample;

import java.math.BigDecimal;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A column of a sample's table.
 *
 * @param declaredType as in CREATE TABLE, alias types by their name
 * @param baseType the type behind an alias; {@code computed} for computed columns
 * @param computed {@code AS expression} of a computed column, else empty
 * @param keyOrdinal place in the primary key from 1 on; 0 outside
 */
public record SourceColumn(
    String name,
    String declaredType,
    String baseType,
    boolean nullable,
    boolean identity,
    String computed,
    int keyOrdinal) {

  static SourceColumn of(String[] field) {
    String computed = field[8];
    String declared = field[4];
    String base = field[5];
    if (computed.endsWith(".GetLevel()")) {
      declared = "smallint";
      base = "smallint";
      computed = "";
    } else if (declared.toLowerCase(Locale.ROOT).startsWith("[xml]")) {
      declared = "xml";
    }
    return new SourceColumn(
        field[3],
        declared,
        base,
        !field[6].equals("NO"),
        field[7].equals("YES"),
        computed.replace(
            "[dbo].[ufnLeadingZeros](CustomerID)",
            "REPLICATE('0', 8 - DATALENGTH(CONVERT(varchar(8), [CustomerID])))"
                + " + CONVERT(varchar(8), [CustomerID])"),
        field[9].isEmpty() ? 0 : Integer.parseInt(field[9]));
  }

  String quotedName() {
    return "[" + name.replace("]", "]]") + "]";
  }

  /** The alias type's name, such as {@code [dbo].[Name]}. */
  Optional<String> alias() {
    boolean isAlias =
        declaredType.matches("\\[\\w+\\]")
            && !declaredType.equalsIgnoreCase("[" + baseType + "]")
            && computed.isEmpty();
    return isAlias ? Optional.of("[dbo]." + declaredType) : Optional.empty();
  }

  String definition() {
    if (!computed.isEmpty()) {
      return quotedName() + " " + computed;
    }
    return "%s %s%s %s"
        .formatted(
            quotedName(),
            alias().orElse(declaredType),
            identity ? " IDENTITY(1, 1)" : "",
            nullable ? "NULL" : "NOT NULL");
  }

  private String typeName() {
    int bracket = baseType.indexOf('(');
    return bracket < 0 ? baseType : baseType.substring(0, bracket);
  }

  /** The kind of {@link #value}, for {@code setNull}. */
  int jdbcType() {
    return switch (typeName()) {
      case "int" -> Types.INTEGER;
      case "smallint" -> Types.SMALLINT;
      case "tinyint" -> Types.TINYINT;
      case "bit" -> Types.BIT;
      case "money", "smallmoney", "decimal" -> Types.DECIMAL;
      case "datetime" -> Types.TIMESTAMP;
      case "date" -> Types.DATE;
      case "time" -> Types.TIME;
      case "varbinary", "hierarchyid", "geography" -> Types.VARBINARY;
      default -> Types.NVARCHAR;
    };
  }

  /**
   * What a field of the file stands for: Integer, Boolean, BigDecimal, String, LocalDateTime,
   * LocalDate, LocalTime or bytes; null for NULL. A computed column's text stays text.
   */
  public @Nullable Object value(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return switch (typeName()) {
      case "int", "smallint", "tinyint" -> Integer.valueOf(text);
      case "bit" -> text.equals("1");
      case "money", "smallmoney", "decimal" -> new BigDecimal(text);
      case "datetime" -> LocalDateTime.parse(text.replace(' ', 'T'));
      case "date" -> LocalDate.parse(text);
      case "time" -> LocalTime.parse(text);
      case "varbinary", "hierarchyid", "geography" -> HexFormat.of().parseHex(text);
      default -> text;
    };
  }
}
