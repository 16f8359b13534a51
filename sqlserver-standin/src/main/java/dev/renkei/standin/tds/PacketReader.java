package dev.renkei.standin.tds;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Joins a client's packets to messages ([MS-TDS] 2.2.3.1). Reads no byte past a message. */
final class PacketReader {
  static final int HEADER_BYTES = 8;
  static final int MAX_PACKET_BYTES = 32767;

  private final InputStream in;
  private final int maxMessageBytes;
  private final byte[] header = new byte[HEADER_BYTES];

  /**
   * @param in buffered by the caller
   * @param maxMessageBytes what a longer message ends the connection
   */
  PacketReader(InputStream in, int maxMessageBytes) {
    this.in = in;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Waits for the next message.
   *
   * @return null where the client has closed the connection between messages
   * @throws EOFException where it ended inside one
   */
  @Nullable Message read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    byte[] payload = new byte[0];
    int length = 0;
    int status = 0;
    int type = first;
    while (true) {
      header[0] = (byte) type;
      readFully(header, 1, HEADER_BYTES - 1);
      if ((header[0] & 0xFF) != first) {
        throw new MalformedMessage(
            "a message of type %d goes on as type %d".formatted(first, type));
      }
      int packetBytes = (header[2] & 0xFF) << 8 | header[3] & 0xFF;
      if (packetBytes < HEADER_BYTES || packetBytes > MAX_PACKET_BYTES) {
        throw new MalformedMessage("a packet of %d bytes".formatted(packetBytes));
      }
      int chunk = packetBytes - HEADER_BYTES;
      if (length + chunk > maxMessageBytes) {
        throw new MalformedMessage("a message of more than %d bytes".formatted(maxMessageBytes));
      }
      status |= header[1] & 0xFF;
      if (length + chunk > payload.length) {
        payload = Arrays.copyOf(payload, roomFor(length, chunk));
      }
      readFully(payload, length, chunk);
      length += chunk;
      if ((header[1] & Message.END_OF_MESSAGE) != 0) {
        return new Message(
            first, status, payload.length == length ? payload : Arrays.copyOf(payload, length));
      }
      type = in.read();
      if (type < 0) {
        throw new EOFException("the connection ended inside a message");
      }
    }
  }

  /** The first packet is mostly the only one: exact; then doubling. */
  private int roomFor(int length, int chunk) {
    return length == 0
        ? chunk
        : (int) Math.min(maxMessageBytes, Math.max(2L * length, length + chunk));
  }

  private void readFully(byte[] target, int offset, int count) throws IOException {
    if (in.readNBytes(target, offset, count) < count) {
      throw new EOFException("the connection ended inside a packet");
    }
  }
}
