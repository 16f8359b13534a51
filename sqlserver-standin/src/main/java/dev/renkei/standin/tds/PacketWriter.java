package dev.renkei.standin.tds;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes little-endian values into packets of the negotiated size; blocks while the client does not
 * read, so memory stays bounded whatever the size of a result.
 *
 * <p>Whole packets are gathered to {@value #GATHERED_BYTES} bytes before they go to the socket.
 * Used by one thread.
 */
final class PacketWriter {
  private static final int GATHERED_BYTES = 32768;
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Asked before every write to the socket; may block or refuse. */
  interface Gate {
    void pass() throws IOException;
  }

  private final Gate gate;
  private OutputStream out;
  private byte[] buffer;
  private int packetBytes;
  private int packetStart;
  private int position;
  private int limit;
  private int type = Message.RESPONSE;
  private int sequence = 1;
  private int session;

  private long writes;
  private long markedWrites;
  private int markedPacketStart;
  private int markedPosition;
  private int markedSequence;

  PacketWriter(OutputStream out, Gate gate, int packetBytes) {
    this.out = out;
    this.gate = gate;
    this.packetBytes = packetBytes;
    this.buffer = new byte[Math.max(GATHERED_BYTES, packetBytes)];
    startPacket();
  }

  /** From the next message on, writes elsewhere, such as into TLS. */
  void redirect(OutputStream target) {
    out = target;
  }

  /** From the next message on, writes packets of that many bytes. */
  void resize(int bytes) {
    packetBytes = bytes;
    if (buffer.length < bytes) {
      buffer = new byte[bytes];
    }
    packetStart = 0;
    startPacket();
  }

  /** The number that every packet bears from the next message on. */
  void session(int id) {
    session = id;
  }

  /** The type of the next message; afterwards it is a response again. */
  void type(int messageType) {
    type = messageType;
  }

  /** Ends the message and sends what is left of it. */
  void endMessage() throws IOException {
    finishPacket(true);
    send();
    out.flush();
    sequence = 1;
    type = Message.RESPONSE;
  }

  /** Sends what is there, then a packet that breaks off in the middle. */
  void breakOff() throws IOException {
    finishPacket(false);
    send();
    putByte(0xD1);
    int cut = position;
    position = limit;
    finishPacket(false);
    position = cut;
    send();
    out.flush();
  }

  /** Remembers this place for {@link #rewind}. */
  void mark() {
    markedWrites = writes;
    markedPacketStart = packetStart;
    markedPosition = position;
    markedSequence = sequence;
  }

  /** Forgets all since {@link #mark}; false where some of it has left already. */
  boolean rewind() {
    if (writes != markedWrites) {
      return false;
    }
    packetStart = markedPacketStart;
    position = markedPosition;
    sequence = markedSequence;
    limit = packetStart + packetBytes;
    return true;
  }

  void putByte(int value) throws IOException {
    if (position == limit) {
      nextPacket();
    }
    buffer[position++] = (byte) value;
  }

  void putShort(int value) throws IOException {
    if (limit - position >= 2) {
      SHORT.set(buffer, position, (short) value);
      position += 2;
    } else {
      putByte(value);
      putByte(value >> 8);
    }
  }

  void putInt(int value) throws IOException {
    if (limit - position >= 4) {
      INT.set(buffer, position, value);
      position += 4;
    } else {
      putShort(value);
      putShort(value >> 16);
    }
  }

  void putLong(long value) throws IOException {
    if (limit - position >= 8) {
      LONG.set(buffer, position, value);
      position += 8;
    } else {
      putInt((int) value);
      putInt((int) (value >> 32));
    }
  }

  /** The lowest bytes of a number, for dates and times. */
  void putLow(long value, int bytes) throws IOException {
    if (limit - position >= 8) {
      LONG.set(buffer, position, value);
      position += bytes;
    } else {
      for (int i = 0; i < bytes; i++) {
        putByte((int) (value >> 8 * i));
      }
    }
  }

  void putBytes(byte[] bytes) throws IOException {
    putBytes(bytes, 0, bytes.length);
  }

  void putBytes(byte[] bytes, int from, int count) throws IOException {
    int next = from;
    int left = count;
    while (left > 0) {
      if (position == limit) {
        nextPacket();
      }
      int chunk = Math.min(left, limit - position);
      System.arraycopy(bytes, next, buffer, position, chunk);
      position += chunk;
      next += chunk;
      left -= chunk;
    }
  }

  void putUtf16(String text) throws IOException {
    putUtf16(text, 0, text.length());
  }

  void putUtf16(String text, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      int room = limit - position >> 1;
      if (room == 0) {
        char c = text.charAt(i++);
        putByte(c);
        putByte(c >> 8);
        continue;
      }
      int end = Math.min(to, i + room);
      byte[] target = buffer;
      int p = position;
      for (; i < end; i++) {
        char c = text.charAt(i);
        target[p] = (byte) c;
        target[p + 1] = (byte) (c >> 8);
        p += 2;
      }
      position = p;
    }
  }

  /** Text of one byte per character. */
  void putWindows1252(String text, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      if (position == limit) {
        nextPacket();
      }
      int end = Math.min(to, i + limit - position);
      byte[] target = buffer;
      int p = position;
      for (; i < end; i++) {
        char c = text.charAt(i);
        target[p++] = c < 0x80 ? (byte) c : Windows1252.encode(c);
      }
      position = p;
    }
  }

  /** A length of one byte in characters, then the text ({@code B_VARCHAR}); cut at 255. */
  void putShortText(String text) throws IOException {
    int length = Math.min(255, text.length());
    putByte(length);
    putUtf16(text, 0, length);
  }

  /** A length of two bytes in characters, then the text ({@code US_VARCHAR}). */
  void putText(String text) throws IOException {
    putShort(text.length());
    putUtf16(text);
  }

  private void nextPacket() throws IOException {
    finishPacket(false);
    if (buffer.length - position < packetBytes) {
      send();
    } else {
      packetStart = position;
      startPacket();
    }
  }

  private void startPacket() {
    position = packetStart + PacketReader.HEADER_BYTES;
    limit = packetStart + packetBytes;
  }

  private void finishPacket(boolean last) {
    int length = position - packetStart;
    buffer[packetStart] = (byte) type;
    buffer[packetStart + 1] = (byte) (last ? Message.END_OF_MESSAGE : 0);
    buffer[packetStart + 2] = (byte) (length >> 8);
    buffer[packetStart + 3] = (byte) length;
    buffer[packetStart + 4] = (byte) (session >> 8);
    buffer[packetStart + 5] = (byte) session;
    buffer[packetStart + 6] = (byte) sequence++;
    buffer[packetStart + 7] = 0;
  }

  private void send() throws IOException {
    gate.pass();
    out.write(buffer, 0, position);
    writes++;
    packetStart = 0;
    startPacket();
  }
}
