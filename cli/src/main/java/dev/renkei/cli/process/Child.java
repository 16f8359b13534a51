package dev.renkei.cli.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JVM beside this one, on the same class path. Its standard output and its errors go to files;
 * its standard input stays open until it is asked to end.
 */
public final class Child implements AutoCloseable {
  private static final Path SHELL = Path.of("/bin/sh");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Path output;
  private final Path errors;

  private Child(String name, Process process, Path output, Path errors) {
    this.name = name;
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /**
   * How to start one.
   *
   * @param name of its files, for example {@code tracker-a}
   * @param maxHeapMebibytes its heap's bound
   * @param environment added to this process's own; the place for secrets
   */
  public record Plan(
      String name,
      Class<?> main,
      List<String> arguments,
      int maxHeapMebibytes,
      Map<String, String> environment) {
    public Plan {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Starts one.
   *
   * @param folder where its output and its errors are kept; made where it is missing
   */
  public static Child start(Plan plan, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path output = folder.resolve(plan.name() + ".out");
    Path errors = folder.resolve(plan.name() + ".log");
    ProcessBuilder builder = new ProcessBuilder(command(plan));
    builder.environment().putAll(plan.environment());
    builder.redirectOutput(Redirect.to(output.toFile()));
    builder.redirectError(Redirect.appendTo(errors.toFile()));
    return new Child(plan.name(), builder.start(), output, errors);
  }

  private static List<String> command(Plan plan) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      // Ctrl-C reaches all processes of a terminal; when children end is for us to say.
      command.addAll(List.of(SHELL.toString(), "-c", "trap '' INT; exec \"$0\" \"$@\""));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            argument ->
                argument.startsWith("-XX:SharedArchive")
                    || argument.startsWith("-XX:TieredStop")
                    || argument.startsWith("-Xlog:cds"))
        .forEach(command::add);
    command.add("-XX:+UseSerialGC");
    command.add("-Xmx" + plan.maxHeapMebibytes() + "m");
    command.add("-D" + ParentWatch.PROPERTY + "=" + ProcessHandle.current().pid());
    String home = System.getProperty("renkei.home");
    if (home != null) {
      command.add("-Drenkei.home=" + home);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(plan.main().getName());
    command.addAll(plan.arguments());
    return command;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Where its errors and its log are. */
  public Path log() {
    return errors;
  }

  /**
   * Waits until its output has a line that matches.
   *
   * @return the first group of {@code pattern}
   * @throws IOException where it ends before, or says nothing within {@code atMost}; with the last
   *     lines of its errors
   */
  public String awaitLine(Pattern pattern, Duration atMost)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      Matcher matcher = pattern.matcher(Files.readString(output));
      if (matcher.find()) {
        return Objects.requireNonNull(matcher.group(1));
      }
      if (!alive || System.nanoTime() > until) {
        throw new IOException(
            "%s %s. The end of %s:%n%s"
                .formatted(
                    name,
                    alive ? "is not ready after " + atMost.toSeconds() + " s" : "has ended",
                    errors,
                    lastErrors()));
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  /** The last lines of its errors. */
  public String lastErrors() throws IOException {
    List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
  }

  /** CPU time since its start; zero once it has ended. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The highest resident memory since its start; 0 once it has ended, or where Linux is not. */
  public long peakRssMebibytes() {
    return peakRssMebibytes(pid());
  }

  /** The same of any process. */
  public static long peakRssMebibytes(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0L);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Closes its standard input and waits for its end; SIGKILL where it does not come. */
  public int end() throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    return awaitEnd();
  }

  private int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
    return process.exitValue();
  }

  /** SIGTERM; SIGKILL where that does not end it in time. */
  @Override
  public void close() {
    process.destroy();
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
