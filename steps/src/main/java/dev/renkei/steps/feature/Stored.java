package dev.renkei.steps.feature;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;

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
    Written bytes = new Written();
    try (DataOutputStream to = new DataOutputStream(bytes)) {
      to.writeByte(VERSION);
      writes.to(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.all();
  }

  /**
   * @throws IllegalStateException where a later version has written it
   */
  static <T> T read(byte[] stored, Reads<T> reads) {
    try (DataInputStream from = new DataInputStream(new Unread(stored))) {
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

  /** Bytes that one thread writes: the platform's own stream takes a lock for each of them. */
  private static final class Written extends OutputStream {
    private byte[] bytes = new byte[256];
    private int length;

    @Override
    public void write(int b) {
      room(1);
      bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      room(count);
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }

    private void room(int more) {
      if (bytes.length - length < more) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
      }
    }

    byte[] all() {
      return Arrays.copyOf(bytes, length);
    }
  }

  /** Bytes that one thread reads, likewise. */
  private static final class Unread extends InputStream {
    private final byte[] bytes;
    private int at;

    Unread(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at < bytes.length ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, to.length);
      if (at == bytes.length && count > 0) {
        return -1;
      }
      int read = Math.min(count, bytes.length - at);
      System.arraycopy(bytes, at, to, offset, read);
      at += read;
      return read;
    }
  }
}
