package dev.renkei.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
 * @param memoryLimitMib what the process may have resident, by its container or the machine; null
 *     where the system does not say
 * @param cpuLoad of the process, from 0 to 1 for all processors that it may use, over the time
 *     since it was last measured; null where the system does not say
 */
public record Resources(
    double cpuSeconds,
    @Nullable Long rssMib,
    @Nullable Long peakRssMib,
    long heapUsedMib,
    long heapMaxMib,
    @Nullable Long memoryLimitMib,
    @Nullable Double cpuLoad) {
  /** Where nothing says what the machine gives. */
  public Resources(
      double cpuSeconds,
      @Nullable Long rssMib,
      @Nullable Long peakRssMib,
      long heapUsedMib,
      long heapMaxMib) {
    this(cpuSeconds, rssMib, peakRssMib, heapUsedMib, heapMaxMib, null, null);
  }

  /** The part of what it may have resident that the process has; null where that is not known. */
  public @Nullable Double memoryUsed() {
    return rssMib == null || memoryLimitMib == null || memoryLimitMib == 0
        ? null
        : (double) rssMib / memoryLimitMib;
  }

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Of the JDK; null on a Java that is none. It knows containers. */
  private static final @Nullable OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

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
        runtime.maxMemory() >> 20,
        MACHINE == null ? null : (Long) (MACHINE.getTotalMemorySize() >> 20),
        load());
  }

  private static @Nullable Double load() {
    double load = MACHINE == null ? -1 : MACHINE.getProcessCpuLoad();
    return load < 0 ? null : (Double) load;
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
