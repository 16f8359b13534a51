package dev.renkei.steps.enrich;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a master's key.
 *
 * @param master the latest change of its row; null where none has come
 * @param waiting events that no master was known for, in the order in which they came
 */
record EnrichState(@Nullable Master master, List<Waiting> waiting) {
  EnrichState {
    waiting = List.copyOf(waiting);
  }

  static final EnrichState NOTHING = new EnrichState(null, List.of());

  /**
   * A row of the master.
   *
   * @param live whether it is there; a deleted one is remembered by its sequence
   * @param sequence packed
   * @param message the row as it came; without payload where it is deleted
   */
  record Master(boolean live, long sequence, FlowMessage message) {}

  /**
   * An event without master.
   *
   * @param due when it goes on without; of one that has, when it is forgotten
   * @param emitted whether it has gone on without
   */
  record Waiting(FlowMessage event, Instant due, boolean emitted) {}

  /** How much the waiting events hold. */
  long waitingBytes() {
    return waiting.stream().mapToLong(one -> one.event().payload().length).sum();
  }

  /** When something is due next; null where nothing waits. */
  @Nullable Instant nextDue() {
    return waiting.stream().map(Waiting::due).min(Instant::compareTo).orElse(null);
  }

  enum Codec implements StateCodec<EnrichState> {
    INSTANCE;

    private static final int FORM = 1;

    @Override
    public byte[] write(EnrichState state) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream to = new DataOutputStream(bytes)) {
        to.writeByte(FORM);
        Master master = state.master();
        to.writeBoolean(master != null);
        if (master != null) {
          to.writeBoolean(master.live());
          to.writeLong(master.sequence());
          write(master.message(), to);
        }
        to.writeInt(state.waiting().size());
        for (Waiting one : state.waiting()) {
          to.writeLong(one.due().toEpochMilli());
          to.writeBoolean(one.emitted());
          write(one.event(), to);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toByteArray();
    }

    private static void write(FlowMessage message, DataOutputStream to) throws IOException {
      to.writeShort(message.attributes().size());
      for (Map.Entry<String, String> attribute : message.attributes().entrySet()) {
        write(attribute.getKey().getBytes(StandardCharsets.UTF_8), to);
        write(attribute.getValue().getBytes(StandardCharsets.UTF_8), to);
      }
      write(message.payload(), to);
    }

    private static void write(byte[] bytes, DataOutputStream to) throws IOException {
      to.writeInt(bytes.length);
      to.write(bytes);
    }

    @Override
    public EnrichState read(byte[] stored) {
      try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(stored))) {
        if (from.readByte() != FORM) {
          throw new IllegalStateException(
              "the state of events' masters was written by a later version of Renkei; run that one");
        }
        Master master =
            from.readBoolean()
                ? new Master(from.readBoolean(), from.readLong(), message(from))
                : null;
        int count = from.readInt();
        List<Waiting> waiting = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          Instant due = Instant.ofEpochMilli(from.readLong());
          boolean emitted = from.readBoolean();
          waiting.add(new Waiting(message(from), due, emitted));
        }
        return new EnrichState(master, waiting);
      } catch (IOException e) {
        throw new IllegalStateException("the state of events' masters cannot be read", e);
      }
    }

    private static FlowMessage message(DataInputStream from) throws IOException {
      int count = from.readShort();
      Map<String, String> attributes = new HashMap<>();
      for (int i = 0; i < count; i++) {
        String name = new String(bytes(from), StandardCharsets.UTF_8);
        attributes.put(name, new String(bytes(from), StandardCharsets.UTF_8));
      }
      return new FlowMessage(attributes, null, bytes(from), Origin.NONE);
    }

    private static byte[] bytes(DataInputStream from) throws IOException {
      return from.readNBytes(from.readInt());
    }
  }
}
