package dev.renkei.steps.mask;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.config.PrivacyConfig.Undecided;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the rows of one schema are masked. Immutable, thread-safe. */
final class MaskPlan {
  private final ColumnMask[] columns;
  private final ColumnMask[] key;
  private final TableSchema masked;
  private final String maskedId;
  private final KeyFolding folding;
  private final Set<String> dropped = new HashSet<>();

  /**
   * @param schema as the source has it
   */
  MaskPlan(TableSchema schema, Policy policy, Crypto crypto) {
    List<Column> shown = new ArrayList<>();
    columns = new ColumnMask[schema.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      Column column = schema.columns().get(i);
      columns[i] = of(column, schema, policy, crypto);
      Column masked = columns[i].masked();
      if (masked == null) {
        dropped.add(column.name());
      } else {
        shown.add(masked);
      }
    }
    if (shown.isEmpty()) {
      throw new IllegalArgumentException(
          schema.table() + ": every column is dropped, so nothing is left of it");
    }
    key =
        schema.key().isEmpty()
            ? keyless(crypto)
            : schema.key().stream()
                .map(column -> columns[schema.columns().indexOf(column)])
                .toArray(ColumnMask[]::new);
    masked = new TableSchema(schema.table(), shown);
    maskedId = SchemaCodec.id(masked);
    folding = KeyFolding.of(masked);
  }

  private static ColumnMask of(Column column, TableSchema schema, Policy policy, Crypto crypto) {
    Optional<MaskMethod> method = policy.decided(schema.table(), column.name());
    if (method.isPresent()) {
      return ColumnMask.of(method.get(), column, crypto);
    }
    return policy.undecided() == Undecided.PASS
        ? ColumnMask.of(new MaskMethod.Pass(), column, crypto)
        : ColumnMask.undecided(column, crypto);
  }

  /** The hash of a row tells of the row to whoever can guess it: it is hashed by the key. */
  private static ColumnMask[] keyless(Crypto crypto) {
    Column hash = TableSchema.KEYLESS_IDENTITY.get(0);
    Column occurrence = TableSchema.KEYLESS_IDENTITY.get(1);
    return new ColumnMask[] {
      new ColumnMask(hash, value -> crypto.hash((String) value)),
      new ColumnMask(occurrence, value -> value)
    };
  }

  /** As the masked side has it. */
  TableSchema schema() {
    return masked;
  }

  Change mask(Change change) {
    Row row = change.row();
    List<@Nullable Object> keyValues = new ArrayList<>(key.length);
    for (int i = 0; i < key.length; i++) {
      keyValues.add(key[i].apply(change.keyValues().get(i)));
    }
    return new Change(
        change.source(),
        change.table(),
        change.type(),
        change.sequence(),
        maskedId,
        folding.fold(keyValues),
        keyValues,
        row == null ? null : new Row(masked, values(row)),
        names(change.changedColumns()),
        change.commitTime(),
        change.poll(),
        change.chunk());
  }

  private @Nullable Object[] values(Row row) {
    @Nullable Object[] values = new @Nullable Object[masked.columns().size()];
    int to = 0;
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].masked() != null) {
        values[to++] = columns[i].apply(row.value(i));
      }
    }
    return values;
  }

  private @Nullable List<String> names(@Nullable List<String> changed) {
    return changed == null || dropped.isEmpty()
        ? changed
        : changed.stream().filter(name -> !dropped.contains(name)).toList();
  }

  /** Whether the keys of the masked side are those of the source. */
  static boolean passesKey(TableSchema schema, Policy policy) {
    return !schema.key().isEmpty()
        && schema.key().stream()
            .allMatch(
                column ->
                    policy
                        .decided(schema.table(), column.name())
                        .map(method -> method instanceof MaskMethod.Pass)
                        .orElse(policy.undecided() == Undecided.PASS));
  }
}
