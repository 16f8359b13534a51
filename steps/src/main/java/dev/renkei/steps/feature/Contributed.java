package dev.renkei.steps.feature;

import dev.renkei.steps.flow.StateCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a row has added to features, as long as that may have to be taken back.
 *
 * @param sequence of its last change, packed
 * @param due when it is to be forgotten
 * @param given by the ids of definitions
 */
public record Contributed(long sequence, Instant due, Map<String, Given> given) {
  public Contributed {
    due = Instant.ofEpochMilli(due.toEpochMilli());
    given = Map.copyOf(given);
  }

  /**
   * What one feature was given.
   *
   * @param changedAt when the source committed the change that brought it, in microseconds: it was
   *     added to the windows that were open then
   */
  record Given(Contribution contribution, long changedAt) {}

  static StateCodec<Contributed> codec() {
    return Codec.INSTANCE;
  }

  private enum Codec implements StateCodec<Contributed> {
    INSTANCE;

    @Override
    public byte[] write(Contributed state) {
      return Stored.write(
          to -> {
            to.writeLong(state.sequence());
            to.writeLong(state.due().toEpochMilli());
            to.writeShort(state.given().size());
            for (Map.Entry<String, Given> given : state.given().entrySet()) {
              to.writeUTF(given.getKey());
              writeGiven(given.getValue(), to);
            }
          });
    }

    private static void writeGiven(Given given, DataOutputStream to) throws IOException {
      Contribution contribution = given.contribution();
      to.writeLong(given.changedAt());
      to.writeUTF(contribution.schemaId());
      to.writeLong(contribution.at().micros());
      to.writeLong(contribution.at().sequence());
      Scalars.writeAll(contribution.key(), to);
      Scalars.write(contribution.foldedKey(), to);
      Scalars.writeAll(contribution.values(), to);
    }

    @Override
    public Contributed read(byte[] stored) {
      return Stored.read(
          stored,
          from -> {
            long sequence = from.readLong();
            Instant due = Instant.ofEpochMilli(from.readLong());
            int size = from.readUnsignedShort();
            Map<String, Given> given = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
              String definition = from.readUTF();
              given.put(definition, readGiven(from));
            }
            return new Contributed(sequence, due, given);
          });
    }

    private static Given readGiven(DataInputStream from) throws IOException {
      long changedAt = from.readLong();
      String schemaId = from.readUTF();
      RowTime at = new RowTime(from.readLong(), from.readLong());
      List<Object> key = Scalars.readAll(from).stream().map(Objects::requireNonNull).toList();
      String folded = (String) Objects.requireNonNull(Scalars.read(from));
      return new Given(
          new Contribution(schemaId, key, folded, at, Scalars.readAll(from)), changedAt);
    }
  }
}
