package dev.renkei.standin.tds;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that sends what it is told, byte by byte, and takes responses apart. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final PacketReader packets;
  int version = 0x74000004;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    packets = new PacketReader(in, 1 << 26);
  }

  /** A client that has logged in with a protocol version. */
  static RawClient loggedIn(int port, int version) throws IOException {
    RawClient client = new RawClient(port);
    client.version = version;
    client.send(Message.LOGIN, 1, login(version, FakeSqlServer.PASSWORD, 0, 0));
    client.response();
    return client;
  }

  void send(int type, int status, byte[] payload) throws IOException {
    int length = payload.length + 8;
    byte[] packet = new byte[length];
    packet[0] = (byte) type;
    packet[1] = (byte) status;
    packet[2] = (byte) (length >> 8);
    packet[3] = (byte) length;
    System.arraycopy(payload, 0, packet, 8, payload.length);
    raw(packet);
  }

  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void attention() throws IOException {
    send(Message.ATTENTION, 1, new byte[0]);
  }

  void batch(String text) throws IOException {
    send(Message.BATCH, 1, concat(headers(), utf16(text)));
  }

  /** ALL_HEADERS with a transaction descriptor, from 7.2 on. */
  byte[] headers() {
    return Integer.compareUnsigned(version, 0x72000000) < 0
        ? new byte[0]
        : HexFormat.of().parseHex("16000000120000000200000000000000000001000000");
  }

  /** The whole response of one message; null where the connection has ended. */
  @Nullable Message message() throws IOException {
    return packets.read();
  }

  byte[] response() throws IOException {
    Message message = message();
    if (message == null) {
      throw new IOException("the server has closed the connection");
    }
    return message.payload();
  }

  /** True where the server has closed the connection and nothing more comes. */
  boolean atEnd() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static byte[] utf16(String text) {
    return text.getBytes(StandardCharsets.UTF_16LE);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] little(int value, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (value >> 8 * i);
    }
    return bytes;
  }

  /** LOGIN7 of user {@code sa}. */
  static byte[] login(int version, String password, int flags2, int flags3) {
    byte[] secret = utf16(password);
    for (int i = 0; i < secret.length; i++) {
      int b = secret[i] & 0xFF;
      secret[i] = (byte) ((b >> 4 | b << 4) ^ 0xA5);
    }
    List<byte[]> texts = new ArrayList<>();
    texts.add(utf16("host"));
    texts.add(utf16(FakeSqlServer.USER));
    texts.add(secret);
    texts.add(utf16("raw"));
    for (int i = 4; i < 9; i++) {
      texts.add(new byte[0]);
    }
    ByteArrayOutputStream fixed = new ByteArrayOutputStream();
    ByteArrayOutputStream variable = new ByteArrayOutputStream();
    int start = 94;
    for (byte[] text : texts) {
      fixed.writeBytes(little(start + variable.size(), 2));
      fixed.writeBytes(little(text.length / 2, 2));
      variable.writeBytes(text);
    }
    fixed.writeBytes(new byte[6]);
    for (int i = 0; i < 3; i++) {
      fixed.writeBytes(little(start + variable.size(), 2));
      fixed.writeBytes(little(0, 2));
    }
    fixed.writeBytes(new byte[4]);
    byte[] head =
        concat(
            little(0, 4),
            little(version, 4),
            little(4096, 4),
            new byte[12],
            bytes(0xE0, flags2, 0, flags3),
            new byte[8]);
    return concat(head, fixed.toByteArray(), variable.toByteArray());
  }

  /** The error numbers and the texts of ERROR tokens, found by their shape in a response. */
  static String text(byte[] response) {
    return new String(response, StandardCharsets.UTF_16LE)
        + new String(response, 1, response.length - 1, StandardCharsets.UTF_16LE);
  }
}
