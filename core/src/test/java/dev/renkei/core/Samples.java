package dev.renkei.core;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Schemas, rows and changes for tests; those drawn by a seed are the same at every run. */
public final class Samples {
  public static final Change.Poll POLL =
      new Change.Poll(
          Instant.parse("2024-05-01T00:00:00.123456789Z"),
          Instant.parse("2024-05-01T00:00:01Z"),
          Duration.ofMillis(500));

  private Samples() {}

  /** A column of that kind, sized amply. */
  public static Column column(String name, TypeKind kind) {
    return column(name, kind, 0);
  }

  public static Column column(String name, TypeKind kind, int keyOrdinal) {
    int length =
        switch (kind) {
          case CHAR, VARCHAR, NCHAR, NVARCHAR, BINARY, VARBINARY -> 100;
          default -> 0;
        };
    int scale =
        switch (kind) {
          case DECIMAL -> 4;
          case TIME, DATETIME2, DATETIMEOFFSET -> 7;
          default -> 0;
        };
    return new Column(
        name,
        kind,
        length,
        kind == TypeKind.DECIMAL ? 38 : 0,
        scale,
        kind.isText() ? "Japanese_CI_AS" : null,
        keyOrdinal == 0,
        keyOrdinal,
        false);
  }

  /** A table with a column of every kind, keyed by an int and a text. */
  public static TableSchema everyKind() {
    List<Column> columns = new ArrayList<>();
    columns.add(column("Id", TypeKind.INT, 1));
    columns.add(column("Code \"x\"", TypeKind.NVARCHAR, 2));
    for (TypeKind kind : TypeKind.values()) {
      columns.add(column("C_" + kind.name().toLowerCase(Locale.ROOT), kind));
    }
    return new TableSchema(new TableName("dbo", "Every"), columns);
  }

  /** A change of any type but a delete that brings this row. */
  public static Change change(ChangeType type, Row row) {
    TableSchema schema = row.schema();
    KeyFolding folding = KeyFolding.of(schema);
    return new Change(
        "shop",
        schema.table(),
        type,
        new Sequence(1, 20417, type == ChangeType.SNAPSHOT_ROW ? 3 : 0),
        SchemaCodec.id(schema),
        folding.fold(row),
        folding.keyValues(row),
        row,
        type == ChangeType.UPDATE ? List.of(schema.columns().get(0).name()) : null,
        Instant.parse("2024-04-30T23:59:59.123Z"),
        POLL);
  }

  /** The delete of this row. */
  public static Change delete(Row row) {
    TableSchema schema = row.schema();
    KeyFolding folding = KeyFolding.of(schema);
    return new Change(
        "shop",
        schema.table(),
        ChangeType.DELETE,
        new Sequence(1, 20418, 0),
        SchemaCodec.id(schema),
        folding.fold(row),
        folding.keyValues(row),
        null,
        null,
        null,
        POLL);
  }

  public static Row row(TableSchema schema, Random random) {
    @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
    for (int i = 0; i < values.length; i++) {
      Column column = schema.columns().get(i);
      values[i] = column.isKey() || random.nextInt(5) > 0 ? value(column, random) : null;
    }
    return new Row(schema, values);
  }

  public static Object value(Column column, Random random) {
    return switch (column.kind()) {
      case BIT -> random.nextBoolean();
      case TINYINT -> random.nextInt(256);
      case SMALLINT -> (int) (short) random.nextInt();
      case INT -> random.nextInt() >> random.nextInt(32);
      case BIGINT -> random.nextLong() >> random.nextInt(64);
      case DECIMAL -> new BigDecimal(new BigInteger(random.nextInt(120), random), column.scale());
      case MONEY -> BigDecimal.valueOf(random.nextLong(), 4);
      case SMALLMONEY -> BigDecimal.valueOf(random.nextInt(), 4);
      case REAL -> finite(Float.intBitsToFloat(random.nextInt()));
      case FLOAT -> finite(Double.longBitsToDouble(random.nextLong()));
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT -> text(random);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case DATE -> LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_652_058));
      case TIME -> time(random);
      case DATETIME, SMALLDATETIME, DATETIME2 -> dateTime(random);
      case DATETIMEOFFSET ->
          OffsetDateTime.of(
              dateTime(random), ZoneOffset.ofTotalSeconds((random.nextInt(1681) - 840) * 60));
      case UNIQUEIDENTIFIER ->
          new java.util.UUID(random.nextLong(), random.nextLong())
              .toString()
              .toUpperCase(Locale.ROOT);
    };
  }

  /** Short, of letters that JSON, UTF-8 and collations treat in different ways. */
  public static String text(Random random) {
    String letters = "aAbｱア\"\\/\n\0 é߀東\uD83D\uDE00\uD800\uDC00\uFFFD[],:#%";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static LocalTime time(Random random) {
    return LocalTime.ofNanoOfDay(100 * (long) (random.nextDouble() * 864_000_000_000L));
  }

  private static LocalDateTime dateTime(Random random) {
    return LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_652_058)).atTime(time(random));
  }

  private static float finite(float value) {
    return Float.isFinite(value) ? value : 0.1f;
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0.1;
  }
}
