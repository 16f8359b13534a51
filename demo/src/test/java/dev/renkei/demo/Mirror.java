package dev.renkei.demo;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shortest way from the shop into a warehouse: snapshot and polls without any hub. It notes
 * what two trackers would have written into raw and what dedupe would have let through.
 */
final class Mirror {
  private static final String SOURCE = "shop";
  private static final Change.Poll POLL =
      new Change.Poll(Instant.EPOCH, Instant.EPOCH, Duration.ZERO);

  final List<Topic.Message> raw = new ArrayList<>();
  final List<Topic.Message> hub = new ArrayList<>();
  final LatencyLog latencies = new LatencyLog();
  private final Connection source;
  private final Warehouse warehouse;
  private final Map<ShopTable, TableSchema> schemas = new HashMap<>();
  private long cursor;
  private Predicate<Change> passes = change -> true;

  Mirror(Connection source, Warehouse warehouse) {
    this.source = source;
    this.warehouse = warehouse;
  }

  /** Changes that do not reach the warehouse, though they are in the topics. */
  void lose(Predicate<Change> lost) {
    passes = lost.negate();
  }

  void snapshot() throws SQLException, WarehouseException {
    cursor = version();
    for (ShopTable table : ShopTable.values()) {
      TableSchema schema = schemaOf(table);
      schemas.put(table, schema);
      warehouse.prepare(
          new SchemaRecord(SOURCE, SchemaCodec.id(schema), schema, new Sequence(1, 1, 0)));
      List<Change> rows = new ArrayList<>();
      try (Statement statement = source.createStatement();
          ResultSet found =
              statement.executeQuery(
                  "SELECT %s FROM %s".formatted(columns(table, ""), table.quoted()))) {
        while (found.next()) {
          rows.add(
              change(
                  schema,
                  ChangeType.SNAPSHOT_ROW,
                  new Sequence(1, cursor, 1),
                  values(schema, found, 0),
                  null));
        }
      }
      apply(rows, 1);
    }
  }

  /** Reads as tracker A and B would at the same moment: each change is twice in raw. */
  void poll() throws SQLException, WarehouseException {
    long upTo = version();
    for (ShopTable table : ShopTable.values()) {
      TableSchema schema = schemas.getOrDefault(table, schemaOf(table));
      String same =
          table.key().stream()
              .map(c -> "t.[%1$s] = ct.[%1$s]".formatted(c.name()))
              .collect(Collectors.joining(" AND "));
      String sql =
          "SELECT ct.SYS_CHANGE_VERSION, ct.SYS_CHANGE_OPERATION, %s, %s FROM CHANGETABLE(CHANGES %s, %d) AS ct LEFT OUTER JOIN %s AS t ON %s ORDER BY ct.SYS_CHANGE_VERSION"
              .formatted(
                  table.key().stream()
                      .map(c -> "ct.[" + c.name() + "] AS k_" + c.name())
                      .collect(Collectors.joining(", ")),
                  columns(table, "t."),
                  table.quoted(),
                  cursor,
                  table.quoted(),
                  same);
      List<Change> changes = new ArrayList<>();
      try (Statement statement = source.createStatement();
          ResultSet found = statement.executeQuery(sql)) {
        while (found.next()) {
          changes.add(read(schema, table.key().size(), found));
        }
      }
      apply(changes, 2);
    }
    cursor = upTo;
  }

  private static Change read(TableSchema schema, int keys, ResultSet found) throws SQLException {
    ChangeType type = ChangeType.ofLetter(found.getString(2));
    List<@Nullable Object> key = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      key.add(value(schema.columns().get(i), found, i + 3));
    }
    return change(
        schema,
        type,
        new Sequence(1, found.getLong(1), 0),
        type == ChangeType.DELETE ? null : values(schema, found, keys + 2),
        key);
  }

  private void apply(List<Change> changes, int copies) throws WarehouseException {
    for (Change change : changes) {
      Topic.Message message =
          new Topic.Message(
              change.table(), change.key().folded(), change.type(), change.sequence());
      hub.add(message);
      for (int i = 0; i < copies; i++) {
        raw.add(message);
      }
    }
    warehouse.apply(changes.stream().filter(passes).toList(), "mirror", Map.of(0, 0L));
    latencies.visible(changes, Instant.now());
  }

  private static Change change(
      TableSchema schema,
      ChangeType type,
      Sequence sequence,
      @Nullable Object @Nullable [] values,
      @Nullable List<@Nullable Object> keyValues) {
    Row row = values == null ? null : new Row(schema, values);
    KeyFolding folding = KeyFolding.of(schema);
    List<@Nullable Object> key =
        keyValues == null && row != null ? folding.keyValues(row) : List.copyOf(keyValues);
    RowKey folded = folding.fold(key);
    return new Change(
        SOURCE,
        schema.table(),
        type,
        sequence,
        SchemaCodec.id(schema),
        folded,
        key,
        row,
        null,
        null,
        POLL);
  }

  private long version() throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet result = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      result.next();
      return result.getLong(1);
    }
  }

  private static String columns(ShopTable table, String alias) {
    return table.columns().stream()
        .map(c -> alias + "[" + c.name() + "]")
        .collect(Collectors.joining(", "));
  }

  private static TableSchema schemaOf(ShopTable table) {
    return new TableSchema(
        table.table(),
        IntStream.range(0, table.columns().size())
            .mapToObj(i -> column(table.columns().get(i), i < table.key().size() ? i + 1 : 0))
            .toList());
  }

  private static Column column(ShopColumn column, int keyOrdinal) {
    String[] parts = column.definition().split("[ (),]+");
    TypeKind kind = TypeKind.valueOf(parts[0].toUpperCase(Locale.ROOT));
    boolean decimal = kind == TypeKind.DECIMAL;
    return new Column(
        column.name(),
        kind,
        kind.isText() || kind == TypeKind.VARBINARY
            ? parts[1].equals("max") ? Integer.MAX_VALUE : Integer.parseInt(parts[1])
            : 0,
        decimal ? Integer.parseInt(parts[1]) : 0,
        decimal ? Integer.parseInt(parts[2]) : 0,
        kind.isText() ? "SQL_Latin1_General_CP1_CI_AS" : null,
        keyOrdinal == 0,
        keyOrdinal,
        false);
  }

  private static @Nullable Object[] values(TableSchema schema, ResultSet found, int before)
      throws SQLException {
    @Nullable Object[] values = new Object[schema.columns().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(schema.columns().get(i), found, before + i + 1);
    }
    return values;
  }

  private static @Nullable Object value(Column column, ResultSet found, int at)
      throws SQLException {
    return switch (column.kind()) {
      case SMALLINT, INT -> {
        int number = found.getInt(at);
        yield found.wasNull() ? null : number;
      }
      case BIT -> {
        boolean truth = found.getBoolean(at);
        yield found.wasNull() ? null : truth;
      }
      case FLOAT -> {
        double number = found.getDouble(at);
        yield found.wasNull() ? null : number;
      }
      case DECIMAL, MONEY -> found.getBigDecimal(at);
      case VARBINARY -> found.getBytes(at);
      case DATE -> found.getObject(at, LocalDate.class);
      case DATETIME2 -> found.getObject(at, LocalDateTime.class);
      case DATETIMEOFFSET -> found.getObject(at, OffsetDateTime.class);
      default -> found.getString(at);
    };
  }
}
