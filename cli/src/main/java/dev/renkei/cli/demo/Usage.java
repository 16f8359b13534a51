package dev.renkei.cli.demo;

import dev.renkei.cli.process.Child;
import dev.renkei.demo.DemoReport;
import dev.renkei.server.Resources;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What processes have used: those that have ended, this one, and those that still run. */
final class Usage {
  /** This process's name among the others. */
  private static final String OWN = "hub-dedupe-loader";

  private final Map<String, Double> endedCpuSeconds = new TreeMap<>();
  private long endedRssMebibytes;

  /** To be asked just before a process ends. */
  void ended(Child child) {
    endedCpuSeconds.merge(child.name(), cpuSeconds(child), Double::sum);
    endedRssMebibytes += child.peakRssMebibytes();
  }

  private static double cpuSeconds(Child child) {
    return child.cpu().toMillis() / 1000.0;
  }

  /** CPU seconds by name of process; those of a name that ran twice together. */
  Map<String, Double> cpuSeconds(Collection<Child> running) {
    Map<String, Double> all = new TreeMap<>(endedCpuSeconds);
    running.forEach(child -> all.merge(child.name(), cpuSeconds(child), Double::sum));
    all.put(OWN, Resources.ofThisProcess().cpuSeconds());
    return all;
  }

  /** All together; memory is the sum of each process's own peak. */
  DemoReport.Resources total(Collection<Child> running) {
    long own = Objects.requireNonNullElse(Resources.ofThisProcess().peakRssMib(), 0L);
    return new DemoReport.Resources(
        cpuSeconds(running).values().stream().mapToDouble(Double::doubleValue).sum(),
        endedRssMebibytes + own + running.stream().mapToLong(Child::peakRssMebibytes).sum());
  }
}
