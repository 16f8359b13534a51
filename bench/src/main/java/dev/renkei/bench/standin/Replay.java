package dev.renkei.bench.standin;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit of reading: plays the recorded answers of a conversation back from memory, so that all
 * that costs is the driver and the socket. One connection records through a proxy, the next one is
 * answered from the record.
 */
final class Replay implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final List<byte[]> answers = new ArrayList<>();
  private volatile boolean recorded;

  /** Listens on a free port and passes the first connection on to the server at {@code target}. */
  Replay(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "bench-replay");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    try {
      while (true) {
        try (Socket client = listener.accept()) {
          client.setTcpNoDelay(true);
          if (recorded) {
            play(client);
          } else {
            record(client);
            recorded = true;
          }
        }
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private void record(Socket client) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      DataInputStream questions =
          new DataInputStream(new java.io.BufferedInputStream(client.getInputStream()));
      DataInputStream replies =
          new DataInputStream(new java.io.BufferedInputStream(server.getInputStream(), 1 << 16));
      while (true) {
        byte[] question = message(questions);
        if (question.length == 0) {
          return;
        }
        server.getOutputStream().write(question);
        byte[] answer = message(replies);
        answers.add(answer);
        client.getOutputStream().write(answer);
      }
    }
  }

  private void play(Socket client) throws IOException {
    DataInputStream questions =
        new DataInputStream(new java.io.BufferedInputStream(client.getInputStream()));
    OutputStream out = client.getOutputStream();
    for (byte[] answer : answers) {
      if (message(questions).length == 0) {
        return;
      }
      out.write(answer);
    }
    message(questions);
  }

  /** All packets of one message, headers included; empty at the end of the stream. */
  private static byte[] message(DataInputStream in) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] packet = new byte[1 << 16];
    boolean last = false;
    while (!last) {
      try {
        in.readFully(packet, 0, 8);
      } catch (EOFException | java.net.SocketException e) {
        return new byte[0];
      }
      int length = (packet[2] & 0xFF) << 8 | packet[3] & 0xFF;
      in.readFully(packet, 8, length - 8);
      whole.write(packet, 0, length);
      last = (packet[1] & 1) != 0;
    }
    return whole.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
