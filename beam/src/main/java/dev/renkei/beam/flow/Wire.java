package dev.renkei.beam.flow;

import dev.renkei.steps.flow.Origin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CoderException;
import org.jspecify.annotations.Nullable;

/** The parts of which our coders make their bytes; equal values have equal bytes. */
final class Wire {
  private static final int ABSENT = -1;

  private Wire() {}

  static void version(int expected, DataInputStream in, Class<?> of) throws IOException {
    int found = in.readUnsignedByte();
    if (found != expected) {
      throw new CoderException(
          "%s in form %d, this Renkei reads %d: the pipeline's state was written by a later version; run that one"
              .formatted(of.getSimpleName(), found, expected));
    }
  }

  static void text(String text, DataOutputStream out) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  static String text(DataInputStream in) throws IOException {
    byte[] bytes = bytes(in);
    if (bytes == null) {
      throw new CoderException("a text is missing");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void bytes(byte @Nullable [] bytes, DataOutputStream out) throws IOException {
    if (bytes == null) {
      out.writeInt(ABSENT);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  static byte @Nullable [] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  static byte[] wholeBytes(DataInputStream in) throws IOException {
    byte[] bytes = bytes(in);
    return bytes == null ? new byte[0] : bytes;
  }

  static void texts(Map<String, String> texts, DataOutputStream out) throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
      text(entry.getKey(), out);
      text(entry.getValue(), out);
    }
  }

  static Map<String, String> texts(DataInputStream in) throws IOException {
    int size = in.readInt();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < size; i++) {
      String name = text(in);
      texts.put(name, text(in));
    }
    return texts;
  }

  static void origin(Origin origin, DataOutputStream out) throws IOException {
    text(origin.stream(), out);
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    out.writeLong(origin.at().toEpochMilli());
  }

  static Origin origin(DataInputStream in) throws IOException {
    return new Origin(text(in), in.readInt(), in.readLong(), Instant.ofEpochMilli(in.readLong()));
  }
}
