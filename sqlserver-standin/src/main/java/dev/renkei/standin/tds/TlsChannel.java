package dev.renkei.standin.tds;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS on a connection: the handshake travels inside TDS messages, what follows does not ([MS-TDS]
 * 2.2.6.5).
 *
 * <p>Reading and writing may happen in two threads. Reads no byte past the record that it needs, so
 * that a connection can go on in plain after an encrypted login.
 */
final class TlsChannel {
  private static final int RECORD_HEADER_BYTES = 5;
  private static final int APPLICATION_DATA_START = 0x14;
  private static final int APPLICATION_DATA_END = 0x17;

  private final SSLEngine engine;
  private final InputStream rawIn;
  private final OutputStream rawOut;
  private final byte[] header = new byte[RECORD_HEADER_BYTES];
  private ByteBuffer decrypted;

  private TlsChannel(SSLEngine engine, InputStream rawIn, OutputStream rawOut) {
    this.engine = engine;
    this.rawIn = rawIn;
    this.rawOut = rawOut;
    this.decrypted = empty();
  }

  /**
   * Shakes hands. Every flight of the server goes out as one message: clients wait for its end.
   *
   * @param packets reads the client's handshake messages
   * @param writer writes the server's
   */
  static TlsChannel accept(
      SSLEngine engine,
      PacketReader packets,
      PacketWriter writer,
      InputStream rawIn,
      OutputStream rawOut)
      throws IOException {
    TlsChannel channel = new TlsChannel(engine, rawIn, rawOut);
    try {
      channel.handshake(packets, writer);
    } catch (SSLException e) {
      channel.sendAlert(writer);
      throw e;
    }
    return channel;
  }

  private void handshake(PacketReader packets, PacketWriter writer) throws IOException {
    engine.beginHandshake();
    ByteBuffer network = ByteBuffer.allocate(0);
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    ByteBuffer application = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    boolean flight = false;
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
      switch (status) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
          status = engine.getHandshakeStatus();
        }
        case NEED_WRAP -> {
          record.clear();
          SSLEngineResult result = engine.wrap(empty(), record);
          if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new EOFException("the TLS handshake ended");
          }
          writer.type(Message.PRELOGIN);
          writer.putBytes(record.array(), 0, record.position());
          flight = true;
          status = result.getHandshakeStatus();
        }
        default -> {
          SSLEngineResult result = engine.unwrap(network, application);
          if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            if (flight) {
              writer.endMessage();
              flight = false;
            }
            network = append(network, next(packets));
          } else if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new EOFException("the TLS handshake ended");
          }
          status = result.getHandshakeStatus();
        }
      }
    }
    if (flight) {
      writer.endMessage();
    }
  }

  private static byte[] next(PacketReader packets) throws IOException {
    Message message = packets.read();
    if (message == null) {
      throw new EOFException("the connection ended inside the TLS handshake");
    }
    if (message.type() != Message.PRELOGIN) {
      throw new MalformedMessage(
          "a message of type %d inside the TLS handshake".formatted(message.type()));
    }
    return message.payload();
  }

  private static ByteBuffer append(ByteBuffer rest, byte[] more) {
    ByteBuffer joined = ByteBuffer.allocate(rest.remaining() + more.length);
    return joined.put(rest).put(more).flip();
  }

  private void sendAlert(PacketWriter writer) {
    try {
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(empty(), record);
      writer.type(Message.PRELOGIN);
      writer.putBytes(record.array(), 0, record.position());
      writer.endMessage();
    } catch (IOException e) {
      // The client is told as far as it still listens.
    }
  }

  private static ByteBuffer empty() {
    return ByteBuffer.allocate(0);
  }

  /** Whether decrypted bytes wait that nobody has read. */
  boolean hasPending() {
    return decrypted.hasRemaining();
  }

  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return fill() ? decrypted.get() & 0xFF : -1;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (!fill()) {
          return -1;
        }
        int count = Math.min(length, decrypted.remaining());
        decrypted.get(target, offset, count);
        return count;
      }
    };
  }

  /** Makes sure that a decrypted byte is there; false at the end. */
  private boolean fill() throws IOException {
    while (!decrypted.hasRemaining()) {
      int headerBytes = rawIn.readNBytes(header, 0, RECORD_HEADER_BYTES);
      if (headerBytes == 0) {
        return false;
      }
      int length = (header[3] & 0xFF) << 8 | header[4] & 0xFF;
      if (headerBytes < RECORD_HEADER_BYTES
          || header[0] < APPLICATION_DATA_START
          || header[0] > APPLICATION_DATA_END) {
        throw new MalformedMessage("no TLS record where one is due");
      }
      byte[] record = new byte[RECORD_HEADER_BYTES + length];
      System.arraycopy(header, 0, record, 0, RECORD_HEADER_BYTES);
      if (rawIn.readNBytes(record, RECORD_HEADER_BYTES, length) < length) {
        throw new EOFException("the connection ended inside a TLS record");
      }
      ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
      SSLEngineResult result = engine.unwrap(ByteBuffer.wrap(record), plain);
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        return false;
      }
      if (result.getStatus() != SSLEngineResult.Status.OK
          || result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
        throw new MalformedMessage("TLS renegotiation or a broken record");
      }
      decrypted = plain.flip();
    }
    return true;
  }

  OutputStream output() {
    return new OutputStream() {
      private final ByteBuffer record =
          ByteBuffer.allocate(engine.getSession().getPacketBufferSize());

      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] source, int offset, int length) throws IOException {
        ByteBuffer plain = ByteBuffer.wrap(source, offset, length);
        while (plain.hasRemaining()) {
          record.clear();
          SSLEngineResult result = engine.wrap(plain, record);
          if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new IOException("TLS is " + result.getStatus());
          }
          rawOut.write(record.array(), 0, record.position());
        }
      }

      @Override
      public void flush() throws IOException {
        rawOut.flush();
      }
    };
  }
}
