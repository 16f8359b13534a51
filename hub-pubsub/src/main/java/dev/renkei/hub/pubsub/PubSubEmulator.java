package dev.renkei.hub.pubsub;

import dev.renkei.core.hub.HubException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Google's emulator of Pub/Sub: one that runs and is named by {@code PUBSUB_EMULATOR_HOST}, or a
 * process of our own, from the jar that the gcloud SDK brings. It keeps everything in memory.
 *
 * <p>Its process ends with this object, and with the process that has started it, however that
 * ends.
 */
public final class PubSubEmulator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path SHELL = Path.of("/bin/sh");
  private static final int HEAP_MEBIBYTES = 768;

  private final String address;
  private final @Nullable Process process;

  private PubSubEmulator(String address, @Nullable Process process) {
    this.address = address;
    this.process = process;
  }

  /** What there is to use. */
  public sealed interface Found {
    /** One that runs. */
    record Running(String address) implements Found {}

    /** One that can be started. */
    record Jar(Path path) implements Found {}

    /**
     * None.
     *
     * @param sentence where it was looked for and how to get it
     */
    record Nowhere(String sentence) implements Found {}
  }

  /** Looks for an emulator on this machine. */
  public static Found find() {
    return find(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  static Found find(Map<String, String> environment, Path home) {
    Optional<String> running = PubSubAccess.from(environment).address();
    if (running.isPresent()) {
      return new Found.Running(running.get());
    }
    Set<Path> roots = roots(environment, home);
    for (Path root : roots) {
      Optional<Path> jar = jar(root);
      if (jar.isPresent()) {
        return new Found.Jar(jar.get());
      }
    }
    return new Found.Nowhere(
        "Google's Pub/Sub emulator was not found: %s is not set, and there is no %s in %s. Install it with `gcloud components install pubsub-emulator` or `apt-get install google-cloud-cli-pubsub-emulator`, or start one elsewhere and name it by %s=host:port."
            .formatted(
                PubSubAccess.EMULATOR,
                "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar",
                String.join(", ", roots.stream().map(Path::toString).toList()),
                PubSubAccess.EMULATOR));
  }

  private static Set<Path> roots(Map<String, String> environment, Path home) {
    Set<Path> roots = new LinkedHashSet<>();
    String named = environment.getOrDefault("CLOUDSDK_ROOT_DIR", "");
    if (!named.isBlank()) {
      roots.add(Path.of(named));
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isEmpty()) {
        rootOf(Path.of(folder, "gcloud")).ifPresent(roots::add);
      }
    }
    roots.add(Path.of("/usr/lib/google-cloud-sdk"));
    roots.add(home.resolve("google-cloud-sdk"));
    roots.add(Path.of("/opt/google-cloud-sdk"));
    roots.add(Path.of("/usr/local/google-cloud-sdk"));
    roots.add(Path.of("/snap/google-cloud-cli/current"));
    roots.add(Path.of("/snap/google-cloud-sdk/current"));
    return roots;
  }

  /** The SDK of a {@code gcloud}, behind its links: it lies in {@code bin} of it. */
  private static Optional<Path> rootOf(Path gcloud) {
    try {
      Path bin = gcloud.toRealPath().getParent();
      return bin == null ? Optional.empty() : Optional.ofNullable(bin.getParent());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> jar(Path root) {
    Path lib = root.resolve("platform/pubsub-emulator/lib");
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(lib, "cloud-pubsub-emulator-*-all.jar")) {
      List<Path> found = new ArrayList<>();
      jars.forEach(found::add);
      return found.stream().max(Path::compareTo);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Uses the one that runs, or starts one.
   *
   * @param directory where the log of a started one is kept; made where it is missing
   * @throws HubException where none is found, or it does not start
   */
  public static PubSubEmulator start(Path directory) throws HubException, InterruptedException {
    return start(directory, HEAP_MEBIBYTES);
  }

  /** The same, where a started one has so much memory for its messages. */
  public static PubSubEmulator start(Path directory, int heapMebibytes)
      throws HubException, InterruptedException {
    Found found = find();
    if (found instanceof Found.Running running) {
      return new PubSubEmulator(running.address(), null);
    }
    if (found instanceof Found.Nowhere nowhere) {
      throw new HubException(nowhere.sentence());
    }
    return start(((Found.Jar) found).path(), directory, freePort(), heapMebibytes);
  }

  /**
   * Starts one of its own.
   *
   * @param port of the loopback address
   */
  public static PubSubEmulator start(Path jar, Path directory, int port, int heapMebibytes)
      throws HubException, InterruptedException {
    Path log = directory.resolve("pubsub-emulator.log");
    try {
      Files.createDirectories(directory);
      Process process =
          new ProcessBuilder(command(jar, port, heapMebibytes))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      PubSubEmulator emulator = new PubSubEmulator("127.0.0.1:" + port, process);
      try {
        emulator.awaitReady(log);
        return emulator;
      } catch (HubException | InterruptedException | IOException e) {
        emulator.close();
        throw e;
      }
    } catch (IOException e) {
      throw new HubException(
          "Pub/Sub emulator: cannot be started from %s: %s".formatted(jar, e), e);
    }
  }

  /** A port of the loopback address that nobody has at this moment. */
  public static int freePort() throws HubException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new HubException("no free port: " + e.getMessage(), e);
    }
  }

  private static List<String> command(Path jar, int port, int heapMebibytes) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      // Ctrl-C reaches all processes of a terminal; when this one ends is for us to say.
      command.addAll(List.of(SHELL.toString(), "-c", "trap '' INT; exec \"$0\" \"$@\""));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heapMebibytes + "m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", jar + File.pathSeparator + ownClasses()));
    command.addAll(List.of(EmulatorProcess.class.getName(), "127.0.0.1", Integer.toString(port)));
    return command;
  }

  private static Path ownClasses() throws IOException {
    CodeSource source = PubSubEmulator.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException("it is not known where Renkei's own classes are");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("Renkei's own classes lie at " + source.getLocation(), e);
    }
  }

  private void awaitReady(Path log) throws HubException, InterruptedException, IOException {
    Process started = java.util.Objects.requireNonNull(process);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean alive = started.isAlive();
      String said = Files.readString(log, StandardCharsets.UTF_8);
      if (said.contains("Server started, listening on")) {
        return;
      }
      if (!alive || System.nanoTime() > until) {
        throw new HubException(
            "Pub/Sub emulator: %s. Look into %s."
                .formatted(
                    alive ? "not ready after " + PATIENCE.toSeconds() + " s" : "it has ended",
                    log));
      }
      started.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  /** Host and port. */
  public String address() {
    return address;
  }

  /** How to reach it. */
  public PubSubAccess access() {
    return PubSubAccess.endpoint(address);
  }

  /** Its process; empty where it is not ours. */
  public Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).map(Process::toHandle);
  }

  /** CPU time of its process since its start; zero where it is not ours or has ended. */
  public Duration cpu() {
    return process().flatMap(own -> own.info().totalCpuDuration()).orElse(Duration.ZERO);
  }

  /** Ends its process, if it is ours; what it held is gone. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroyForcibly(); // it keeps nothing that could be made durable
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
