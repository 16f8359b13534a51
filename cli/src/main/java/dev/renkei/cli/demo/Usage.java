package dev.renkei.cli.demo;

import dev.renkei.cli.process.Child;
import dev.renkei.demo.DemoReport;
import dev.renkei.server.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** What processes have used: those that have ended, this one, and those that still run. */
final class Usage {
  private record Of(double cpuSeconds, long peakRssMebibytes) {}

  private final List<Of> ended = new ArrayList<>();

  /** To be asked just before a process ends. */
  void ended(Child child) {
    ended.add(of(child));
  }

  private static Of of(Child child) {
    return new Of(child.cpu().toMillis() / 1000.0, child.peakRssMebibytes());
  }

  /** All together; memory is the sum of each process's own peak. */
  DemoReport.Resources total(Collection<Child> running) {
    Resources own = Resources.ofThisProcess();
    List<Of> all = new ArrayList<>(ended);
    all.add(new Of(own.cpuSeconds(), Objects.requireNonNullElse(own.peakRssMib(), 0L)));
    running.forEach(child -> all.add(of(child)));
    return new DemoReport.Resources(
        all.stream().mapToDouble(Of::cpuSeconds).sum(),
        all.stream().mapToLong(Of::peakRssMebibytes).sum());
  }
}
