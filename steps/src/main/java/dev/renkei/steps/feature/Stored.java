package dev.renkei.steps.feature;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Bytes that begin with the version of their form. */
final class Stored {
  private static final int VERSION = 1;

  private Stored() {}

  interface Writes {
    void to(DataOutputStream to) throws IOException;
  }

  interface Reads<T> {
    T from(DataInputStream from) throws IOException;
  }

  static byte[] write(Writes writes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream to = new DataOutputStream(bytes)) {
      to.writeByte(VERSION);
      writes.to(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException where a later version has written it
   */
  static <T> T read(byte[] stored, Reads<T> reads) {
    try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(stored))) {
      int version = from.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "features: state of version %d; it was written by a later Renkei: run that one"
                .formatted(version));
      }
      return reads.from(from);
    } catch (IOException e) {
      throw new IllegalStateException("features: state that ends too soon", e);
    }
  }
}
