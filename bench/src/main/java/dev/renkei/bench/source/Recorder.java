package dev.renkei.bench.source;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A source without the cost of a source: stands before the stand-in, passes everything on, and
 * keeps large answers. Asked the same again, on whatever connection, it answers from memory: what
 * then limits a reader is the reader. Only for data that nobody changes meanwhile.
 */
final class Recorder {
  private static final int HEADER = 8;
  private static final int BATCH = 1;
  private static final int RPC = 3;
  private static final int LARGE_BYTES = 64 << 10;

  private final ServerSocket listener;
  private final int target;
  private final Map<ByteBuffer, List<byte[]>> answers = new ConcurrentHashMap<>();

  /** Listens on a free port until its process ends. */
  Recorder(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept, "bench-recorder");
  }

  int port() {
    return listener.getLocalPort();
  }

  private static void daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        daemon(() -> converse(client), "bench-recorder-connection");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void converse(Socket accepted) {
    try (Socket client = accepted;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      server.setTcpNoDelay(true);
      DataInputStream questions = new DataInputStream(new BufferedInputStream(in(client), 1 << 16));
      DataInputStream replies = new DataInputStream(new BufferedInputStream(in(server), 1 << 16));
      OutputStream out = client.getOutputStream();
      for (List<byte[]> question = message(questions);
          !question.isEmpty();
          question = message(questions)) {
        send(answer(question, replies, server), out);
      }
    } catch (SocketException e) {
      // Somebody has hung up.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.io.InputStream in(Socket socket) throws IOException {
    return socket.getInputStream();
  }

  private List<byte[]> answer(List<byte[]> question, DataInputStream replies, Socket server)
      throws IOException {
    ByteBuffer key = key(question);
    List<byte[]> known = key == null ? null : answers.get(key);
    if (known != null) {
      return known;
    }
    send(question, server.getOutputStream());
    List<byte[]> answer = message(replies);
    if (key != null && answer.stream().mapToInt(packet -> packet.length).sum() > LARGE_BYTES) {
      answers.put(key, answer);
    }
    return answer;
  }

  private static void send(List<byte[]> packets, OutputStream to) throws IOException {
    for (byte[] packet : packets) {
      to.write(packet);
    }
  }

  /** What is asked, whatever the transaction; null for what is no query. */
  private static @Nullable ByteBuffer key(List<byte[]> question) {
    byte type = question.get(0)[0];
    if (type != RPC && type != BATCH) {
      return null;
    }
    int length = question.stream().mapToInt(packet -> packet.length - HEADER).sum();
    ByteBuffer body = ByteBuffer.allocate(length);
    question.forEach(packet -> body.put(packet, HEADER, packet.length - HEADER));
    // In front of the text stand ALL_HEADERS, with the transaction's descriptor.
    int headers = Integer.reverseBytes(body.getInt(0));
    return body.position(headers).slice();
  }

  /** The packets of one message, headers included; none at the end of the stream. */
  private static List<byte[]> message(DataInputStream in) throws IOException {
    List<byte[]> packets = new ArrayList<>();
    boolean last = false;
    while (!last) {
      byte[] header = new byte[HEADER];
      try {
        in.readFully(header);
      } catch (EOFException e) {
        return List.of();
      }
      int length = (header[2] & 0xFF) << 8 | header[3] & 0xFF;
      byte[] packet = java.util.Arrays.copyOf(header, length);
      in.readFully(packet, HEADER, length - HEADER);
      packets.add(packet);
      last = (header[1] & 1) != 0;
    }
    return packets;
  }
}
