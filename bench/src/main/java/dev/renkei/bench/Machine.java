package dev.renkei.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where figures were measured.
 *
 * @param cpu the model's name; "unknown" where the system does not say it
 * @param memoryMebibytes of the machine or the container
 */
public record Machine(
    String cpu, int processors, long memoryMebibytes, String java, String system) {

  private static final Path CPU = Path.of("/proc/cpuinfo");

  /** The machine that this runs on. */
  public static Machine here() {
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        operatingSystem().getTotalMemorySize() >> 20,
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  private static String cpuModel() {
    if (!Files.isReadable(CPU)) {
      return "unknown";
    }
    try {
      return Files.readAllLines(CPU, StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Runnable threads on average over the last minute, of others too; negative where unknown. */
  public static double load() {
    return operatingSystem().getSystemLoadAverage();
  }

  /** CPU time of this process so far, in seconds. */
  public static double cpuSeconds() {
    return operatingSystem().getProcessCpuTime() / 1e9;
  }

  private static com.sun.management.OperatingSystemMXBean operatingSystem() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
  }

  @Override
  public String toString() {
    return "%s, %d processors, %d MiB, Java %s, %s"
        .formatted(cpu, processors, memoryMebibytes, java, system);
  }
}
