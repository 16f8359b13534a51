package dev.renkei.acceptance.faults;

import dev.renkei.acceptance.Project;
import dev.renkei.cli.Main;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of our programs as a process of its own, on the class path of the tests. Ends with the test's
 * virtual machine, however that ends.
 */
final class Program implements AutoCloseable {
  private static final int LAST_LINES = 40;

  private final Process process;
  private final Path output;
  private final Path errors;

  private Program(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Starts {@code renkei} with these arguments. */
  static Program renkei(Path folder, String name, String... arguments) throws IOException {
    return start(folder, name, Main.class, List.of(arguments), Map.of());
  }

  /**
   * Starts a main class.
   *
   * @param folder where its output is kept; another one of that name goes on in its log
   * @param environment added to that of the tests
   */
  static Program start(
      Path folder,
      String name,
      Class<?> main,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    Files.createDirectories(folder);
    Path output = folder.resolve(name + ".out");
    Path errors = folder.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command(main, arguments));
    builder.environment().putAll(environment);
    builder.redirectOutput(Redirect.to(output.toFile()));
    builder.redirectError(Redirect.appendTo(errors.toFile()));
    return new Program(builder.start(), output, errors);
  }

  private static List<String> command(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    // Where a shell has put the tests into the background, Ctrl-C would not be heard.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.add("-Drenkei.parent=" + ProcessHandle.current().pid());
    command.add("-Drenkei.home=" + Project.root());
    command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
    command.addAll(arguments);
    return command;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its children and theirs, as they are now. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  /** Its standard error, with that of those before it under its name. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  /** The end of its standard error, for a failure's message. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
    return "the end of %s:%n%s"
        .formatted(
            errors,
            String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
  }

  /** Waits for a match in its output, and returns it. */
  String awaitOutput(String regex, Duration atMost) throws IOException, InterruptedException {
    return await(output, Pattern.compile(regex), atMost);
  }

  /** Waits for a match in its standard error, and returns it. */
  String awaitErrors(String regex, Duration atMost) throws IOException, InterruptedException {
    return await(errors, Pattern.compile(regex), atMost);
  }

  private String await(Path file, Pattern pattern, Duration atMost)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      Matcher matcher = pattern.matcher(Files.readString(file));
      if (matcher.find()) {
        return matcher.group();
      }
      if (!alive || System.nanoTime() > until) {
        throw new AssertionError(
            "%s: no '%s' %s; %s"
                .formatted(
                    file,
                    pattern,
                    alive ? "within " + atMost : "before its end, code " + process.exitValue(),
                    lastWords()));
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Waits for its end for a while.
   *
   * @return whether it has ended
   */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for its end and returns its exit code. */
  int exitCode(Duration atMost) throws IOException, InterruptedException {
    if (!awaitEnd(atMost)) {
      throw new AssertionError("still runs after %s; %s".formatted(atMost, lastWords()));
    }
    return process.exitValue();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGINT, to this process alone. */
  void interrupt() throws IOException, InterruptedException {
    signal("INT");
  }

  /** SIGSTOP: it stands still until {@link #goOn}. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start().waitFor();
    if (code != 0) {
      throw new IOException("kill ended with " + code);
    }
  }

  /** Ends its standard input. */
  void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
