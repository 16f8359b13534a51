package dev.renkei.demo;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The writer as a process of its own: arguments as {@link WriterOptions#arguments}, the source's
 * address in the environment, {@link WriterLine}s on its standard output. It ends after its
 * seconds, at SIGTERM, or when its standard input ends, and then has every committed transaction in
 * its ledger.
 *
 * <p>Exit codes: 0 fine, 1 the ledger cannot be written, 2 wrong arguments, 3 the source refused.
 */
public final class WriterMain {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private WriterMain() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) {
    AtomicBoolean stopped = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    try {
      WriterOptions options =
          WriterOptions.parse(arguments, System.getenv(WriterOptions.URL_VARIABLE));
      stopAtEndOfInput(stopped);
      stopAtSignal(stopped, ended);
      try (LedgerFile ledger = LedgerFile.create(options.ledger(), Shop.tables());
          Connection connection = DriverManager.getConnection(options.url())) {
        new Writer(connection, ledger, options).run(stopped::get, WriterMain::say);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (SQLException e) {
      System.err.println("writer: the source refused: " + e.getMessage());
      return 3;
    } catch (IOException e) {
      System.err.println("writer: the ledger cannot be written: " + e);
      return 1;
    } finally {
      ended.countDown();
    }
  }

  private static void say(WriterLine line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void stopAtEndOfInput(AtomicBoolean stopped) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Whatever is said, only the end counts.
                }
              } catch (IOException e) {
                // As good as the end.
              }
              stopped.set(true);
            },
            "writer-input");
    thread.setDaemon(true);
    thread.start();
  }

  /** The virtual machine ends when the hook has; so the hook waits for the writing to end. */
  private static void stopAtSignal(AtomicBoolean stopped, CountDownLatch ended) {
    Runnable stop =
        () -> {
          stopped.set(true);
          try {
            if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
              System.err.println("writer: the source does not answer; ending all the same");
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "writer-stop"));
  }
}
