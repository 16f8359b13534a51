package dev.renkei.steps.feature;

import dev.renkei.steps.feature.WindowState.Told;
import dev.renkei.steps.flow.StateCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of windows, as bytes. Of a feature that is declared otherwise by now nothing is
 * left.
 *
 * @param definitions by their ids, at least one
 */
record WindowStateCodec(HashMap<String, Definition> definitions)
    implements StateCodec<WindowState> {
  @Override
  public byte[] write(WindowState state) {
    return Stored.write(
        to -> {
          to.writeUTF(state.definition().id());
          to.writeUTF(state.schemaId());
          to.writeLong(state.folded());
          to.writeLong(state.due().toEpochMilli());
          to.writeLong(state.keptUntil().toEpochMilli());
          Scalars.writeAll(state.key(), to);
          to.writeInt(state.cells().size());
          for (Cell cell : state.cells()) {
            cell.write(to);
          }
          to.writeInt(state.told().size());
          for (Map.Entry<Long, Told> told : state.told().entrySet()) {
            to.writeLong(told.getKey());
            to.writeLong(told.getValue().end());
            to.writeLong(told.getValue().tick());
            to.writeBoolean(told.getValue().isFinal());
            to.writeLong(told.getValue().atMillis());
          }
        });
  }

  @Override
  public WindowState read(byte[] stored) {
    return Stored.read(
        stored,
        from -> {
          Definition definition = definitions.get(from.readUTF());
          return definition == null ? nothing() : read(definition, from);
        });
  }

  private static WindowState read(Definition definition, DataInputStream from) throws IOException {
    String schemaId = from.readUTF();
    long folded = from.readLong();
    Instant due = Instant.ofEpochMilli(from.readLong());
    Instant keptUntil = Instant.ofEpochMilli(from.readLong());
    List<Object> key = Scalars.readAll(from).stream().map(Objects::requireNonNull).toList();
    List<Cell> cells = new ArrayList<>();
    int cellCount = from.readInt();
    for (int i = 0; i < cellCount; i++) {
      cells.add(Cell.read(definition, from));
    }
    Map<Long, Told> told = new HashMap<>();
    int toldCount = from.readInt();
    for (int i = 0; i < toldCount; i++) {
      long start = from.readLong();
      told.put(
          start, new Told(from.readLong(), from.readLong(), from.readBoolean(), from.readLong()));
    }
    return new WindowState(definition, key, schemaId, folded, due, keptUntil, cells, told);
  }

  /** It is forgotten when it is asked next. */
  private WindowState nothing() {
    return new WindowState(
        definitions.values().iterator().next(),
        List.of(),
        "",
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        List.of(),
        Map.of());
  }
}
