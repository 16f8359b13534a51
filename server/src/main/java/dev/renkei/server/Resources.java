package dev.renkei.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process uses of its machine.
 *
 * @param cpuSeconds since its start, all threads
 * @param rssMib memory resident now; null where the system does not say
 * @param peakRssMib the most that was ever resident; null where the system does not say
 */
public record Resources(
    double cpuSeconds,
    @Nullable Long rssMib,
    @Nullable Long peakRssMib,
    long heapUsedMib,
    long heapMaxMib) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Measures; costs a few microseconds. */
  public static Resources ofThisProcess() {
    Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    Runtime runtime = Runtime.getRuntime();
    List<String> status = procStatus();
    return new Resources(
        cpu.toMillis() / 1000.0,
        mib(status, "VmRSS:"),
        mib(status, "VmHWM:"),
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        runtime.maxMemory() >> 20);
  }

  private static List<String> procStatus() {
    try {
      return Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** From a line such as {@code VmRSS: 12345 kB} of proc(5). */
  static @Nullable Long mib(List<String> status, String name) {
    for (String line : status) {
      if (line.startsWith(name)) {
        String digits = line.replaceAll("\\D", "");
        return digits.isEmpty() ? null : Long.parseLong(digits) >> 10;
      }
    }
    return null;
  }
}
