package dev.renkei.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * A JVM of its own, so that heap, start-up and CPU of one side are not those of the other. Talks by
 * lines: a question on its standard input, one line of answer on its standard output; it ends when
 * its input ends.
 */
public final class Child implements AutoCloseable {
  private final Process process;
  private final PrintWriter questions;
  private final BufferedReader answers;

  private Child(Process process) {
    this.process = process;
    this.questions =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts {@code main} on this process's class path with a heap of so many MiB. */
  public static Child start(Class<?> main, int heapMib, String... arguments) throws IOException {
    List<String> command = command(main, heapMib);
    command.addAll(List.of(arguments));
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** How {@code main} is started on this process's class path; arguments may be added. */
  static List<String> command(Class<?> main, int heapMib) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMib + "m");
    command.add("-XX:+UseParallelGC");
    command.add("-D" + Main.QUIET_LOGS);
    String home = System.getProperty("renkei.home");
    if (home != null) {
      command.add("-Drenkei.home=" + home);
    }
    command.add("-cp");
    command.add(
        System.getProperty("java.class.path", "")
            .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator));
    command.add(main.getName());
    return command;
  }

  /** The next line that the child says. */
  public String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the benchmark's child process ended early");
    }
    return line;
  }

  public String ask(String question) throws IOException {
    questions.println(question);
    return answer();
  }

  @Override
  public void close() {
    questions.close();
    try {
      if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The highest use of this JVM's heap so far, garbage included, in MiB. */
  public static long peakHeapMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        >> 20;
  }

  /**
   * Watches how much of the heap is in use right after a collection: what is really needed, and
   * what was not found to be garbage yet.
   *
   * @return gives the highest so far, in MiB; 0 before the first collection
   */
  public static LongSupplier watchKeptHeapMib() {
    AtomicLong highest = new AtomicLong();
    NotificationListener listener =
        (notification, handback) -> {
          var info =
              GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
          long used =
              ManagementFactory.getMemoryPoolMXBeans().stream()
                  .filter(pool -> pool.getType() == MemoryType.HEAP)
                  .map(pool -> info.getGcInfo().getMemoryUsageAfterGc().get(pool.getName()))
                  .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                  .sum();
          highest.accumulateAndGet(used >> 20, Math::max);
        };
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
    }
    return highest::get;
  }

  /** Forgets earlier peaks. */
  public static void resetPeakHeap() {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }
}
