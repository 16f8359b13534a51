package dev.renkei.bench.standin;

import dev.renkei.bench.Child;
import dev.renkei.standin.StandIn;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The stand-in in a JVM of its own: says its port when ready, then answers {@code heap} with its
 * peak in MiB.
 */
final class Server {
  static final String PASSWORD = "Bench-1";

  private Server() {}

  public static void main(String[] arguments) throws Exception {
    try (StandIn standIn =
        StandIn.builder().port(0).password(PASSWORD).database("Bench").tls(false).start()) {
      System.out.println(standIn.port());
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String question = questions.readLine();
          question != null;
          question = questions.readLine()) {
        switch (question) {
          case "heap" -> System.out.println(Child.peakHeapMib());
          case "reset" -> {
            Child.resetPeakHeap();
            System.out.println("ok");
          }
          default -> throw new IllegalArgumentException(question);
        }
      }
    }
  }
}
