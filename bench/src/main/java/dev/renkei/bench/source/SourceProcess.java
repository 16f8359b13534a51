package dev.renkei.bench.source;

import dev.renkei.bench.Child;
import dev.renkei.bench.Machine;
import dev.renkei.standin.StandIn;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The stand-in's process: says its port when ready, then answers the questions of {@link Source}.
 */
final class SourceProcess {
  static final String PASSWORD = "Bench-1";

  private static volatile String lastRead = "";
  private static volatile String lastQuestion = "";

  private SourceProcess() {}

  public static void main(String[] arguments) throws Exception {
    AtomicLong requests = new AtomicLong();
    AtomicLong polls = new AtomicLong();
    try (StandIn standIn =
        StandIn.builder().port(0).password(PASSWORD).database(Source.DATABASE).tls(false).start()) {
      var unused =
          standIn.onRequest(
              text -> {
                requests.incrementAndGet();
                if (text.contains("CHANGETABLE")) {
                  if (text.contains("ORDER BY")) {
                    lastRead = text;
                  } else {
                    lastQuestion = text;
                    polls.incrementAndGet();
                  }
                }
              });
      System.out.println(standIn.port());
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String question = questions.readLine();
          question != null;
          question = questions.readLine()) {
        System.out.println(
            switch (question) {
              case Source.HEAP -> Child.peakHeapMib();
              case Source.RESET_HEAP -> {
                Child.resetPeakHeap();
                yield "ok";
              }
              case Source.REQUESTS -> requests.getAndSet(0);
              case Source.QUESTIONS -> polls.getAndSet(0);
              case Source.LAST_READ -> lastRead.replace('\n', ' ');
              case Source.LAST_QUESTION -> lastQuestion.replace('\n', ' ');
              case Source.CPU -> Machine.cpuSeconds();
              case Source.RECORDER -> new Recorder(standIn.port()).port();
              default -> throw new IllegalArgumentException(question);
            });
      }
    }
  }
}
