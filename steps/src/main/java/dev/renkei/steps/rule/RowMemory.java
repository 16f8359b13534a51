package dev.renkei.steps.rule;

import dev.renkei.steps.flow.StateCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the step remembers of a row.
 *
 * @param sequence of the last message that was judged, packed
 * @param live whether the row was there after it
 * @param passing whether it is forgotten when nothing comes of it any more
 * @param seen when the last message of it came
 * @param schemaId the schema of the columns
 * @param contentHash of the whole row; 0 where the row is not there
 * @param columns those that rules use, as a JSON object; empty where the row is not there
 * @param firings of throttled rules, by their names
 */
public record RowMemory(
    long sequence,
    boolean live,
    boolean passing,
    Instant seen,
    String schemaId,
    long contentHash,
    String columns,
    Map<String, Firings> firings) {
  public RowMemory {
    seen = Instant.ofEpochMilli(seen.toEpochMilli());
    firings = Map.copyOf(firings);
  }

  RowMemory seenAt(Instant now) {
    return new RowMemory(sequence, live, passing, now, schemaId, contentHash, columns, firings);
  }

  /** Form 1: big-endian, texts in UTF-8 after their lengths. */
  enum Codec implements StateCodec<RowMemory> {
    INSTANCE;

    private static final byte FORM = 1;

    @Override
    public byte[] write(RowMemory state) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeByte(FORM);
        out.writeBoolean(state.live());
        out.writeBoolean(state.passing());
        out.writeLong(state.sequence());
        out.writeLong(state.seen().toEpochMilli());
        writeText(out, state.schemaId());
        out.writeLong(state.contentHash());
        writeText(out, state.columns());
        out.writeInt(state.firings().size());
        for (Map.Entry<String, Firings> rule : new TreeMap<>(state.firings()).entrySet()) {
          writeText(out, rule.getKey());
          out.writeLong(rule.getValue().suppressed());
          out.writeInt(rule.getValue().at().size());
          for (long at : rule.getValue().at()) {
            out.writeLong(at);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toByteArray();
    }

    @Override
    public RowMemory read(byte[] stored) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
        if (in.readByte() != FORM) {
          throw new IllegalStateException(
              "the state of rules was written by a later version of Renkei; run that one");
        }
        boolean live = in.readBoolean();
        boolean passing = in.readBoolean();
        long sequence = in.readLong();
        Instant seen = Instant.ofEpochMilli(in.readLong());
        String schemaId = readText(in);
        long contentHash = in.readLong();
        String columns = readText(in);
        Map<String, Firings> firings = new TreeMap<>();
        for (int rules = in.readInt(); rules > 0; rules--) {
          String rule = readText(in);
          long suppressed = in.readLong();
          List<Long> at = new ArrayList<>();
          for (int times = in.readInt(); times > 0; times--) {
            at.add(in.readLong());
          }
          firings.put(rule, new Firings(at, suppressed));
        }
        return new RowMemory(
            sequence, live, passing, seen, schemaId, contentHash, columns, firings);
      } catch (IOException e) {
        throw new UncheckedIOException("reading from memory", e);
      }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
      return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
  }
}
