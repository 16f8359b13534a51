package dev.renkei.cli.demo;

import dev.renkei.cli.Main;
import dev.renkei.cli.process.Child;
import dev.renkei.demo.DemoReport.Killed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trackers as processes: started, killed, started again, ended. Used by one thread. */
final class Trackers implements AutoCloseable {
  private static final int HEAP_MEBIBYTES = 256;

  private final DemoFolder folder;
  private final Usage usage;
  private final Map<String, Child> running = new LinkedHashMap<>();
  private final List<Killed> killed = new ArrayList<>();

  Trackers(DemoFolder folder, Usage usage) {
    this.folder = folder;
    this.usage = usage;
  }

  void start(List<String> names) throws IOException {
    for (String name : names) {
      start(name);
    }
  }

  private void start(String name) throws IOException {
    running.put(
        name,
        Child.start(
            new Child.Plan(
                name,
                Main.class,
                List.of(
                    "track", "--plain", "--name", name, "-c", folder.configuration().toString()),
                HEAP_MEBIBYTES,
                Map.of()),
            folder.logs()));
  }

  List<String> names() {
    return List.copyOf(running.keySet());
  }

  List<Child> running() {
    return List.copyOf(running.values());
  }

  /** Those that were killed on purpose, with their process ids. */
  List<Killed> killed() {
    return List.copyOf(killed);
  }

  /** Kills the last one by force and starts it again. */
  void killOne(double atSeconds) throws IOException, InterruptedException {
    Child victim = List.copyOf(running.values()).get(running.size() - 1);
    usage.ended(victim);
    killed.add(new Killed(victim.name(), victim.pid(), atSeconds));
    victim.kill();
    start(victim.name());
  }

  /** Starts again whichever has ended by itself, and tells its last words. */
  List<String> revive() throws IOException {
    List<String> ended = new ArrayList<>();
    for (Child child : List.copyOf(running.values())) {
      if (!child.isAlive()) {
        ended.add(
            "%s has ended and is started again:%n%s".formatted(child.name(), child.lastErrors()));
        start(child.name());
      }
    }
    return ended;
  }

  @Override
  public void close() {
    running.values().forEach(usage::ended);
    running.values().parallelStream().forEach(Child::close);
    running.clear();
  }
}
