package dev.renkei.acceptance;

import dev.renkei.cli.Main;
import dev.renkei.cli.process.Child;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.HubException;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renkei in a folder of its own, used as a user does: by its command line, each command a process.
 *
 * <p>Its processes live in a time zone with gaps, which must not be seen in any value.
 */
final class Installation implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String TIME_ZONE = "America/New_York";
  private static final Pattern READY = Pattern.compile("(?m)^(ready);");
  private static final int UP_MEBIBYTES = 768;
  private static final int COMMAND_MEBIBYTES = 256;

  private final Path folder;
  private final Path file;
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable Child up;
  private int commands;

  private Installation(Path folder, Path file, String user, String password) {
    this.folder = folder;
    this.file = file;
    environment.put("TZ", TIME_ZONE);
    environment.put("SQLSERVER_USER", user);
    environment.put("SQLSERVER_PASSWORD", password);
  }

  /** One whose configuration is still to be written, with a login. */
  static Installation in(Path folder, String user, String password) {
    return new Installation(folder, folder.resolve("my.yaml"), user, password);
  }

  /**
   * One that tracks a database of a stand-in.
   *
   * @param tables YAML below {@code tables:}, indented by two
   */
  static Installation of(Path folder, StandIn source, String database, String tables)
      throws IOException {
    return of(folder, source, database, tables, source.user(), source.password());
  }

  /** The same, with a login of its own. */
  static Installation of(
      Path folder, StandIn source, String database, String tables, String user, String password)
      throws IOException {
    Installation installation = in(folder, user, password);
    Files.writeString(
        installation.file,
        """
        version: 1
        name: proof
        data_dir: ./data
        source:
          sqlserver:
            host: 127.0.0.1
            port: %d
            database: %s
            encrypt: false
            username: "${SQLSERVER_USER}"
            password: "${SQLSERVER_PASSWORD}"
        tables:
        %s
        hub: {type: kafka, bootstrap_servers: embedded}
        warehouses: {local: {type: duckdb, path: ./data/warehouse.duckdb}}
        server: {listen: "127.0.0.1:0"}
        """
            .formatted(source.port(), database, tables.stripTrailing()));
    return installation;
  }

  Path file() {
    return file;
  }

  /** An environment variable of all its processes that start from now on. */
  void set(String variable, String value) {
    environment.put(variable, value);
  }

  Configuration configuration() throws Exception {
    return Configuration.load(file, environment);
  }

  // ---- up ----

  /** {@code renkei up}; returns when it is ready. */
  void up() throws IOException, InterruptedException {
    begin();
    running().awaitLine(READY, PATIENCE);
  }

  /** {@code renkei up}, long before it is ready. */
  void begin() throws IOException {
    up = child("up", UP_MEBIBYTES, List.of("up", "-c", file.toString()));
  }

  /** {@code renkei track}, a process of its own beside that of {@link #up}; its caller ends it. */
  Child track(String name) throws IOException, InterruptedException {
    return role(name, "track", "--name", name);
  }

  /** A role in a process of its own; its caller ends it. */
  Child role(String name, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("-c", file.toString()));
    Child process = child(name, COMMAND_MEBIBYTES, arguments);
    process.awaitLine(READY, PATIENCE);
    return process;
  }

  private Child child(String name, int mebibytes, List<String> arguments) throws IOException {
    return Child.start(
        new Child.Plan(name, Main.class, arguments, mebibytes, environment),
        folder.resolve("logs"));
  }

  private Child running() {
    Child child = up;
    if (child == null) {
      throw new IllegalStateException("`renkei up` is not started");
    }
    return child;
  }

  /** What it says of itself now. */
  StatusReport status() throws Exception {
    return client().status();
  }

  /** The control endpoint of the process that runs. */
  ControlClient client() throws Exception {
    List<RunFiles.Running> living = RunFiles.living(configuration().dataDir());
    if (living.isEmpty()) {
      throw new AssertionError("nothing runs" + lastLog());
    }
    return new ControlClient(living.get(0).url(), null, Duration.ofSeconds(30));
  }

  /** SIGTERM, as an operator or an init system sends it. */
  Ended stop() throws Exception {
    Child child = running();
    long begun = System.nanoTime();
    ProcessHandle process = ProcessHandle.of(child.pid()).orElseThrow();
    process.destroy();
    int code = child.end();
    up = null;
    return new Ended(
        code,
        Files.readString(output("up")),
        Files.readString(child.log()),
        Duration.ofNanos(System.nanoTime() - begun));
  }

  /** SIGKILL. */
  void kill() throws Exception {
    kill(running());
    up = null;
  }

  /** SIGKILL of one of its processes. */
  static void kill(Child child) throws Exception {
    ProcessHandle process = ProcessHandle.of(child.pid()).orElseThrow();
    process.destroyForcibly();
    var unused = process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    child.close();
  }

  /** Waits for something of the process that runs; a failure shows the end of its log. */
  void until(Waiting.Condition condition) throws Exception {
    try {
      Waiting.until(
          PATIENCE,
          () -> {
            if (!running().isAlive()) {
              throw new AssertionError("`renkei up` has ended");
            }
            return condition.missing();
          });
    } catch (AssertionError | ControlException | HubException e) {
      throw new AssertionError(e.getMessage() + lastLog(), e);
    }
  }

  /** Waits until every change up to a version has gone the whole way into the warehouse. */
  void untilArrived(long version) throws Exception {
    untilArrived(version, Set.of());
  }

  /** The same where some tables have no key: whoever wrote them waits for their snapshots first. */
  void untilArrived(long version, Set<String> keyless) throws Exception {
    until(() -> Progress.of(status()).behind(version, keyless));
    try (Arrival arrival = Arrival.open(this)) {
      until(arrival::missing);
    }
  }

  /** What it has logged. */
  String log() throws IOException {
    return Files.readString(running().log());
  }

  /** The lines of the log, of all its runs, that have all these words. */
  List<String> logged(String... words) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("logs").resolve("up.log"))) {
      return lines.filter(line -> Stream.of(words).allMatch(line::contains)).toList();
    }
  }

  String lastLog() throws IOException {
    Child child = up;
    if (child == null) {
      return "";
    }
    List<String> lines = Files.readAllLines(child.log());
    return "\n---- the end of %s:\n%s"
        .formatted(
            child.log(),
            String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())));
  }

  // ---- commands ----

  /** How a command ended. */
  record Ended(int code, String output, String errors, Duration took) {
    @Override
    public String toString() {
      return "code %d%n%s%n%s".formatted(code, output, errors);
    }
  }

  /** One command with {@code -c} behind it. */
  Ended run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("-c");
    all.add(file.toString());
    return runAsIs(all);
  }

  /** One command as it stands. */
  Ended runAsIs(List<String> arguments) throws Exception {
    String name = "%02d-%s".formatted(++commands, arguments.get(0));
    long begun = System.nanoTime();
    try (Child child = child(name, COMMAND_MEBIBYTES, arguments)) {
      Optional<ProcessHandle> process = ProcessHandle.of(child.pid());
      if (process.isPresent()) {
        var unused = process.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      int code = child.end();
      return new Ended(
          code,
          Files.readString(output(name)),
          Files.readString(child.log()),
          Duration.ofNanos(System.nanoTime() - begun));
    } catch (TimeoutException e) {
      throw new AssertionError("renkei %s has not ended".formatted(arguments), e);
    }
  }

  private Path output(String name) {
    return folder.resolve("logs").resolve(name + ".out");
  }

  @Override
  public void close() {
    Child child = up;
    if (child != null) {
      child.close();
    }
  }
}
