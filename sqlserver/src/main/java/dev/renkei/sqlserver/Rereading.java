package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.Reading;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether rows that were read as one thing are still right now that the table, or its
 * configuration, is another: what Change Tracking tells nothing of must be loaded again (SEMANTICS
 * 19, 21).
 */
final class Rereading {
  private static final int HASH_BYTES = 8;

  private Rereading() {}

  /**
   * Why a table is to be loaded again.
   *
   * @param configured whether the configuration, not the source, has changed: then trackers that
   *     run the old one must have ended first
   * @param sentence for example {@code column Note was renamed to Remark}
   */
  record Reason(boolean configured, String sentence) {}

  /** What rows are read as now. */
  static Reading of(SourceTable table, String filter) {
    return new Reading(table.schemaId(), table.columnIds(), table.shape().maxColumnId(), filter);
  }

  /** A short hash of what a configuration says; empty for nothing. */
  static String hash(String text) {
    if (text.isEmpty()) {
      return "";
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Decides; empty where all rows are as right as before.
   *
   * @param schema the schema of {@code before}; null where the store has lost it
   * @param used names under which rows have had values, in {@code schema} or before it: consumers
   *     never drop a column
   */
  static Optional<Reason> reason(
      Reading before,
      @Nullable TableSchema schema,
      Collection<String> used,
      SourceTable now,
      String filter) {
    if (schema == null || schema.columns().size() != before.columnIds().size()) {
      return Optional.of(new Reason(false, "it is not known any more how its rows were read"));
    }
    for (int i = 0; i < now.columnIds().size(); i++) {
      int at = before.columnIds().indexOf(now.columnIds().get(i));
      Column column = now.schema().columns().get(i);
      Optional<Reason> reason =
          at < 0
              ? added(before, used, now, i, column)
              : changed(schema.columns().get(at), column).map(text -> new Reason(false, text));
      if (reason.isPresent()) {
        return reason;
      }
    }
    return before.filter().equals(filter)
        ? Optional.empty()
        : Optional.of(new Reason(true, "its `where` is another one"));
  }

  private static Optional<Reason> added(
      Reading before, Collection<String> used, SourceTable now, int index, Column column) {
    int id = now.columnIds().get(index);
    if (id <= before.maxColumnId()) {
      return Optional.of(new Reason(true, "column %s is read now".formatted(column.name())));
    }
    boolean empty =
        column.nullable()
            && !column.computed()
            && column.kind() != TypeKind.ROWVERSION
            && !now.defaulted().contains(id);
    if (!empty) {
      return Optional.of(
          new Reason(false, "column %s was added with values".formatted(column.name())));
    }
    return used.stream().anyMatch(column.name()::equalsIgnoreCase)
        ? Optional.of(
            new Reason(false, "column %s was dropped and added again".formatted(column.name())))
        : Optional.empty();
  }

  /**
   * The names that columns have had in a schema or before.
   *
   * @param read how far the table has been read: schemas that were seen first behind it are those
   *     of trackers that are ahead
   */
  static Set<String> used(TableSchema schema, Sequence read, Collection<SchemaRecord> all) {
    Set<String> names = new TreeSet<>();
    schema.columns().forEach(column -> names.add(column.name()));
    for (SchemaRecord other : all) {
      if (other.firstSeen().compareTo(read) <= 0) {
        other.schema().columns().forEach(column -> names.add(column.name()));
      }
    }
    return names;
  }

  private static Optional<String> changed(Column before, Column now) {
    if (!before.name().equals(now.name())) {
      return Optional.of("column %s was renamed to %s".formatted(before.name(), now.name()));
    }
    if (before.keyOrdinal() != now.keyOrdinal()) {
      return Optional.of("the primary key is another one");
    }
    if (before.computed() != now.computed() || !keepsValues(before, now)) {
      return Optional.of(
          "column %s was %s and is %s now".formatted(now.name(), type(before), type(now)));
    }
    return Optional.empty();
  }

  private static String type(Column column) {
    String type = column.sqlType().toLowerCase(Locale.ROOT);
    return column.computed() ? "computed as " + type : type;
  }

  /** Whether every value of the one type reads the same in the other. */
  private static boolean keepsValues(Column before, Column now) {
    TypeKind from = before.kind();
    TypeKind to = now.kind();
    if (from != to) {
      return isInteger(from) && isInteger(to) && to.compareTo(from) > 0;
    }
    return switch (to) {
      case DECIMAL -> before.scale() == now.scale();
      case CHAR, NCHAR, BINARY -> before.length() == now.length() && hasSameCollation(before, now);
      case VARCHAR, TEXT -> hasSameCollation(before, now);
      case NVARCHAR, NTEXT -> !now.isKey() || hasSameCollation(before, now);
      case TIME, DATETIME2, DATETIMEOFFSET -> before.scale() == now.scale();
      default -> true;
    };
  }

  private static boolean isInteger(TypeKind kind) {
    return switch (kind) {
      case TINYINT, SMALLINT, INT, BIGINT -> true;
      default -> false;
    };
  }

  /** The collation decides the code page of a varchar, and which keys are one. */
  private static boolean hasSameCollation(Column before, Column now) {
    return java.util.Objects.equals(before.collation(), now.collation());
  }

  /** Those cursors that hold for the table as it is now. */
  static List<Cursor> valid(
      Collection<Cursor> cursors, int epoch, Identity identity, @Nullable Tracking tracking) {
    List<Cursor> valid = new ArrayList<>();
    for (Cursor cursor : cursors) {
      boolean same =
          cursor.epoch() == epoch
              && cursor.objectId() == identity.objectId()
              && cursor.beginVersion() == identity.beginVersion();
      Long minValid = tracking == null ? null : tracking.minValid();
      if (same && (minValid == null || cursor.version() >= minValid)) {
        valid.add(cursor);
      }
    }
    return valid;
  }

  /**
   * The snapshot that another tracker has taken, or wants, for the same reason.
   *
   * @param valid cursors that hold
   * @return its number; 0 where nobody has begun one
   */
  static int takenByAnother(Collection<Cursor> valid, String tracker, Reading now) {
    int number = 0;
    for (Cursor cursor : valid) {
      if (!cursor.tracker().equals(tracker) && now.equals(cursor.reading())) {
        number = Math.max(number, StartingPoint.lastGeneration(List.of(cursor)));
      }
    }
    return number;
  }

  /** Whether another tracker that has been heard of since then runs another configuration. */
  static boolean isAnotherConfigurationLive(
      Collection<Cursor> cursors, String tracker, String config, Instant since) {
    return cursors.stream()
        .anyMatch(
            cursor ->
                !cursor.tracker().equals(tracker)
                    && cursor.at().isAfter(since)
                    && cursor.config() != null
                    && !config.equals(cursor.config()));
  }
}
