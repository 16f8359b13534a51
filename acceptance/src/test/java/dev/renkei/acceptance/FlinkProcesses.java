package dev.renkei.acceptance;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Flink session cluster on loopback: a JobManager and TaskManagers, each a process, on the class
 * path of the pipelines. What a cluster's own start scripts would compute stands in its
 * configuration.
 */
public final class FlinkProcesses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Logback without a configuration tells everything: tens of megabytes in a minute. */
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
          <encoder>
            <pattern>%d{HH:mm:ss.SSS} %-5level %msg [%logger{0}, %thread]%n</pattern>
          </encoder>
        </appender>
        <logger name="org.apache.kafka" level="WARN"/>
        <root level="INFO">
          <appender-ref ref="console"/>
        </root>
      </configuration>
      """;

  private static final Pattern TASK_MANAGERS = Pattern.compile("\"taskmanagers\":(\\d+)");
  private static final Pattern JOB = Pattern.compile("\"jid\":\"(\\w+)\"");
  private static final Pattern VALUE = Pattern.compile("\"value\":\"(\\d+)\"");

  private final Path folder;
  private final int restPort;
  private final List<Process> taskManagers = new ArrayList<>();
  private final Process jobManager;

  private FlinkProcesses(Path folder, int restPort) throws IOException {
    this.folder = folder;
    this.restPort = restPort;
    this.jobManager =
        start(
            "jobmanager",
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            List.of());
  }

  /**
   * Starts one; returns when all TaskManagers have come to it.
   *
   * @param folder for its files, checkpoints and savepoints
   * @param slots of each TaskManager
   */
  public static FlinkProcesses start(Path folder, int taskManagers, int slots) throws Exception {
    Files.createDirectories(folder);
    int restPort = freePort();
    Files.writeString(
        folder.resolve("config.yaml"), configuration(folder, restPort, freePort(), slots));
    Files.writeString(folder.resolve("logback.xml"), LOGBACK);
    FlinkProcesses cluster = new FlinkProcesses(folder, restPort);
    try {
      for (int i = 0; i < taskManagers; i++) {
        cluster.startTaskManager();
      }
      cluster.awaitTaskManagers(taskManagers);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** The JobManager's REST interface as {@code host:port}. */
  public String master() {
    return "127.0.0.1:" + restPort;
  }

  /** SIGKILL; the others go on. Jobs are spread over all, so each has work to lose. */
  public void killTaskManager(int index) throws Exception {
    var unused =
        taskManagers
            .get(index)
            .destroyForcibly()
            .onExit()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void startTaskManager() throws IOException {
    String name = "tm-" + (taskManagers.size() + 1);
    taskManagers.add(
        start(
            name,
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            List.of("-D", "taskmanager.resource-id=" + name)));
  }

  private Process start(String name, String main, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String opened : List.of("java.util", "java.lang", "java.nio", "java.time")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.add("-Dlogback.configurationFile=" + folder.resolve("logback.xml"));
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", classPath(), main));
    command.addAll(List.of("--configDir", folder.toString()));
    command.addAll(more);
    File log = folder.resolve(name + ".log").toFile();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
  }

  private static String classPath() throws IOException {
    Path target = Project.root().resolve("beam").resolve("target");
    return target.resolve("classes")
        + File.pathSeparator
        + Files.readString(target.resolve("runtime.classpath")).strip();
  }

  private void awaitTaskManagers(int wanted) throws Exception {
    Waiting.until(
        PATIENCE,
        () -> {
          if (!jobManager.isAlive()) {
            throw new AssertionError("the JobManager has ended; see " + folder);
          }
          int there = taskManagersThere();
          return there == wanted
              ? Optional.empty()
              : Optional.of("%d of %d TaskManagers are there".formatted(there, wanted));
        });
  }

  /** How often its only job began again after a failure; as of some seconds ago. */
  public int restarts() throws IOException, InterruptedException {
    Matcher job = JOB.matcher(get("/jobs/overview"));
    if (!job.find()) {
      throw new AssertionError("no job is there");
    }
    Matcher restarts = VALUE.matcher(get("/jobs/" + job.group(1) + "/metrics?get=numRestarts"));
    return restarts.find() ? Integer.parseInt(restarts.group(1)) : 0;
  }

  private int taskManagersThere() throws InterruptedException {
    try {
      Matcher matcher = TASK_MANAGERS.matcher(get("/overview"));
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + master() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String configuration(Path folder, int restPort, int rpcPort, int slots) {
    return """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %2$d
        jobmanager.bind-host: 127.0.0.1
        rest.address: 127.0.0.1
        rest.bind-address: 127.0.0.1
        rest.port: %1$d
        rest.bind-port: %1$d
        taskmanager.bind-host: 127.0.0.1
        taskmanager.host: 127.0.0.1
        taskmanager.numberOfTaskSlots: %3$d
        taskmanager.load-balance.mode: SLOTS
        blob.storage.directory: %4$s/blob
        io.tmp.dirs: %4$s/tmp
        web.tmpdir: %4$s/tmp
        state.backend.type: hashmap
        state.checkpoints.dir: file://%4$s/checkpoints
        state.savepoints.dir: file://%4$s/savepoints
        heartbeat.interval: 1000
        heartbeat.timeout: 6000
        restart-strategy.type: fixed-delay
        restart-strategy.fixed-delay.attempts: 100
        restart-strategy.fixed-delay.delay: 500 ms
        taskmanager.cpu.cores: 1.0
        taskmanager.memory.task.heap.size: 256m
        taskmanager.memory.task.off-heap.size: 0m
        taskmanager.memory.framework.heap.size: 64m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.network.min: 32m
        taskmanager.memory.network.max: 32m
        taskmanager.memory.managed.size: 16m
        taskmanager.memory.jvm-metaspace.size: 160m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        execution.buffer-timeout.interval: 5ms
        classloader.resolve-order: parent-first
        cluster.registration.error-delay: 500
        cluster.registration.initial-timeout: 200
        """
        .formatted(restPort, rpcPort, slots, folder);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    taskManagers.forEach(Process::destroyForcibly);
    jobManager.destroyForcibly();
    try {
      for (Process process : taskManagers) {
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      jobManager.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
