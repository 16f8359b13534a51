package dev.renkei.standin.tds;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a message from front to back; what reaches past its end is malformed. */
final class LittleEndianReader {
  private final byte[] bytes;
  private int position;

  LittleEndianReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return position < bytes.length;
  }

  int remaining() {
    return bytes.length - position;
  }

  int peek() throws MalformedMessage {
    require(1);
    return bytes[position] & 0xFF;
  }

  void seek(int offset) throws MalformedMessage {
    if (offset < 0 || offset > bytes.length) {
      throw new MalformedMessage(
          "offset %d in a message of %d bytes".formatted(offset, bytes.length));
    }
    position = offset;
  }

  void skip(int count) throws MalformedMessage {
    require(count);
    position += count;
  }

  int getByte() throws MalformedMessage {
    require(1);
    return bytes[position++] & 0xFF;
  }

  int getShort() throws MalformedMessage {
    require(2);
    int value = bytes[position] & 0xFF | (bytes[position + 1] & 0xFF) << 8;
    position += 2;
    return value;
  }

  int getInt() throws MalformedMessage {
    return getShort() | getShort() << 16;
  }

  long getUnsignedInt() throws MalformedMessage {
    return getInt() & 0xFFFFFFFFL;
  }

  long getLong() throws MalformedMessage {
    return getUnsignedInt() | (long) getInt() << 32;
  }

  /** An unsigned number of up to 8 bytes. */
  long getLow(int count) throws MalformedMessage {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) getByte() << 8 * i;
    }
    return value;
  }

  byte[] getBytes(int count) throws MalformedMessage {
    require(count);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + count);
    position += count;
    return copy;
  }

  String getUtf16(int characters) throws MalformedMessage {
    if (characters > remaining() / 2) {
      throw new MalformedMessage("a text of %d characters at the end".formatted(characters));
    }
    String text = new String(bytes, position, 2 * characters, StandardCharsets.UTF_16LE);
    position += 2 * characters;
    return text;
  }

  /** A length of one byte in characters, then the text. */
  String getShortText() throws MalformedMessage {
    return getUtf16(getByte());
  }

  /** A value in chunks ({@code PLP}); null for NULL. */
  byte @Nullable [] getChunks() throws MalformedMessage {
    long total = getLong();
    if (total == -1) {
      return null;
    }
    byte[] value = new byte[(int) Math.max(0, Math.min(total, remaining()))];
    int length = 0;
    while (true) {
      int chunk = getInt();
      if (chunk == 0) {
        return value.length == length ? value : Arrays.copyOf(value, length);
      }
      require(chunk);
      if (length + chunk > value.length) {
        value = Arrays.copyOf(value, Math.max(length + chunk, 2 * length));
      }
      System.arraycopy(bytes, position, value, length, chunk);
      position += chunk;
      length += chunk;
    }
  }

  /** Passes over the ALL_HEADERS of a request ([MS-TDS] 2.2.5.3). */
  void skipHeaders() throws MalformedMessage {
    int start = position;
    int total = getInt();
    if (total < 4 || total > bytes.length - start) {
      throw new MalformedMessage("headers of %d bytes".formatted(total));
    }
    seek(start + total);
  }

  private void require(int count) throws MalformedMessage {
    if (count < 0 || count > bytes.length - position) {
      throw new MalformedMessage(
          "%d bytes wanted, %d left".formatted(count, bytes.length - position));
    }
  }
}
