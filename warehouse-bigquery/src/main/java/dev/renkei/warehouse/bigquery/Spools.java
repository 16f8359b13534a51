package dev.renkei.warehouse.bigquery;

import com.google.protobuf.ByteString;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.lock.ProcessLock;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.core.warehouse.WarehouseInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in which rows of snapshots wait for load jobs: one of a table is written at a time,
 * those that are closed are brought into their logs by threads of its own. Thread-safe.
 *
 * <p>A file is told in BigQuery before it has its first row, and no longer told before it is
 * deleted. So a file that is told and not there was lost, unless its job has loaded it; one that is
 * there and not told is loaded.
 */
final class Spools implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Spools.class);
  private static final long AGES_MILLIS = 15_000;
  private static final long AGAIN_SECONDS = 10;
  private static final int MOST_DOUBLINGS = 5;
  private static final long CLOSING_SECONDS = 5;
  private static final String REFUSED_SUFFIX = ".refused";

  private final Spooling spooling;
  private final Clock clock;
  private final Path folder;
  private final ProcessLock lock;
  private final SpoolRecords records;
  private final LoadJob jobs;
  private final SpoolAppends appends;
  private final ScheduledThreadPoolExecutor workers;

  /** Files that are written; some may not be told yet, and have no rows then. */
  private final Map<TableName, SpoolFile> open = new LinkedHashMap<>();

  private final Set<String> told = new TreeSet<>();

  /** Files that are closed, by name. */
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  /** Files that are told and not there, whose jobs were not asked yet. */
  private final Map<String, TableName> missing = new TreeMap<>();

  private boolean closing;

  /** A file on its way into its log. */
  private static final class Waiting {
    final SpoolFile file;
    private @Nullable WarehouseException failure;
    private int failures;

    Waiting(SpoolFile file) {
      this.file = file;
    }
  }

  private Spools(
      WarehouseConfig.BigQuery config,
      Spooling spooling,
      Clock clock,
      Path folder,
      ProcessLock lock,
      SpoolRecords records,
      LoadJob jobs,
      SpoolAppends appends) {
    this.spooling = spooling;
    this.clock = clock;
    this.folder = folder;
    this.lock = lock;
    this.records = records;
    this.jobs = jobs;
    this.appends = appends;
    this.workers =
        new ScheduledThreadPoolExecutor(
            spooling.jobs(),
            work -> {
              Thread thread = new Thread(work, "renkei-spool-" + config.name());
              thread.setDaemon(true);
              return thread;
            });
    workers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Opens the folder of a dataset; what waits in it is brought on its way. */
  static Spools open(
      WarehouseConfig.BigQuery config,
      Spooling spooling,
      Clock clock,
      SpoolRecords records,
      LoadJob jobs,
      SpoolAppends appends)
      throws WarehouseException {
    Path folder = spooling.folder().resolve(config.project() + "." + config.dataset());
    Spools spools;
    try {
      Files.createDirectories(folder);
      spools =
          new Spools(config, spooling, clock, folder, lock(config, folder), records, jobs, appends);
    } catch (IOException e) {
      throw broken(folder, "cannot be opened", e);
    }
    try {
      spools.find();
    } catch (IOException e) {
      spools.close();
      throw spools.broken("cannot be read", e);
    } catch (WarehouseException | RuntimeException e) {
      spools.close();
      throw e;
    }
    long ages = Math.max(1, Math.min(AGES_MILLIS, spooling.fileAge().toMillis() / 2));
    spools.workers.scheduleWithFixedDelay(spools::rollOld, ages, ages, TimeUnit.MILLISECONDS);
    return spools;
  }

  private static ProcessLock lock(WarehouseConfig.BigQuery config, Path folder)
      throws WarehouseException, IOException {
    return ProcessLock.tryTake(folder.resolve("lock"))
        .orElseThrow(
            () ->
                new WarehouseInUseException(
                    "warehouse %s: another process loads it (%s)."
                        .formatted(config.name(), folder)));
  }

  private synchronized void find() throws WarehouseException, IOException {
    missing.putAll(records.read());
    List<Path> found;
    try (var files = Files.list(folder)) {
      found = files.filter(f -> f.toString().endsWith(SpoolFile.SUFFIX)).sorted().toList();
    }
    for (Path path : found) {
      SpoolFile file = SpoolFile.open(path, clock.instant());
      String id = file == null ? "" : file.id();
      if (file == null || missing.remove(id) == null) {
        discard(path, file);
      } else {
        told.add(id);
        bring(file);
      }
    }
  }

  /** What was never told has no rows, or is loaded. */
  private static void discard(Path path, @Nullable SpoolFile file) throws IOException {
    if (file != null) {
      file.close();
    }
    Files.deleteIfExists(path);
  }

  /** Whether new files may be written. */
  boolean takesRows() {
    return spooling.takesRows();
  }

  /** Adds rows of tables; durable when it returns. */
  synchronized void append(Map<StoredTable, List<ByteString>> rows) throws WarehouseException {
    try {
      for (StoredTable table : rows.keySet()) {
        begin(table);
      }
      tell();
      for (Map.Entry<StoredTable, List<ByteString>> entry : rows.entrySet()) {
        SpoolFile file = open.get(entry.getKey().name());
        if (file != null) {
          file.append(entry.getValue());
          rollIf(file.bytes() >= spooling.fileBytes(), file);
        }
      }
    } catch (IOException e) {
      throw broken("cannot be written", e);
    }
  }

  private void begin(StoredTable table) throws IOException {
    SpoolFile file = open.get(table.name());
    if (file != null && !file.table().equals(table)) {
      roll(file);
      file = null;
    }
    if (file == null) {
      String id = UUID.randomUUID().toString();
      open.put(table.name(), SpoolFile.create(folder, id, table, clock.instant()));
    }
  }

  private void tell() throws WarehouseException {
    List<SpoolFile> fresh = open.values().stream().filter(f -> !told.contains(f.id())).toList();
    if (!fresh.isEmpty()) {
      records.add(fresh);
      fresh.forEach(f -> told.add(f.id()));
    }
  }

  private void rollIf(boolean due, SpoolFile file) {
    if (due) {
      roll(file);
    }
  }

  private void roll(SpoolFile file) {
    open.remove(file.table().name());
    bring(file);
  }

  private void bring(SpoolFile file) {
    Waiting one = new Waiting(file);
    waiting.put(file.id(), one);
    workers.execute(() -> work(one));
  }

  private synchronized void rollOld() {
    for (SpoolFile file : List.copyOf(open.values())) {
      rollIf(file.begun().plus(spooling.fileAge()).isBefore(clock.instant()), file);
    }
  }

  /** Waits until there is room for more rows. */
  synchronized void awaitRoom() throws WarehouseException {
    if (bytes() > spooling.mostBytes()) {
      log.atInfo().addKeyValue("bytes", bytes()).log("waits for load jobs");
      List.copyOf(open.values()).forEach(this::roll);
      await(waiting.values(), () -> bytes() <= spooling.mostBytes());
    }
  }

  private long bytes() {
    long bytes = 0;
    for (SpoolFile file : open.values()) {
      bytes += file.bytes();
    }
    for (Waiting one : waiting.values()) {
      bytes += one.file.bytes();
    }
    return bytes;
  }

  /** Returns when all rows of a table that were added are in its log. */
  synchronized void settle(TableName table) throws WarehouseException {
    SpoolFile file = open.get(table);
    if (file != null) {
      roll(file);
    }
    List<Waiting> its =
        waiting.values().stream().filter(w -> w.file.table().name().equals(table)).toList();
    await(its, () -> its.stream().noneMatch(w -> waiting.containsKey(w.file.id())));
  }

  private interface Condition {
    boolean holds();
  }

  /** What has failed is tried at once; its next failure ends the waiting. */
  private void await(Collection<Waiting> awaited, Condition condition) throws WarehouseException {
    List<Waiting> all = List.copyOf(awaited);
    for (Waiting one : all) {
      if (one.failure != null) {
        one.failure = null;
        workers.execute(() -> work(one));
      }
    }
    try {
      while (!condition.holds()) {
        for (Waiting one : all) {
          WarehouseException failure = one.failure;
          if (failure != null) {
            throw new WarehouseException(String.valueOf(failure.getMessage()), failure);
          }
        }
        if (closing) {
          throw new WarehouseException("the warehouse is being closed; rows wait in " + folder);
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WarehouseException("rows wait in %s; the process is ending.".formatted(folder), e);
    }
  }

  private void work(Waiting one) {
    SpoolFile file = one.file;
    try {
      synchronized (this) {
        if (!waiting.containsKey(file.id())) {
          return;
        }
      }
      if (file.rows() > 0) {
        bringNow(file);
      }
      records.remove(List.of(file.id()));
      file.delete();
      synchronized (this) {
        waiting.remove(file.id());
        told.remove(file.id());
        notifyAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (WarehouseException e) {
      failed(one, e);
    } catch (IOException e) {
      failed(one, broken("cannot be read", e));
    } catch (RuntimeException e) {
      failed(one, new WarehouseException("rows that wait cannot be loaded: " + e, e));
    }
  }

  private void bringNow(SpoolFile file)
      throws WarehouseException, IOException, InterruptedException {
    boolean byJob = file.bytes() >= spooling.jobBytes();
    if (byJob && jobs.run(file) instanceof LoadJob.End.Declined declined) {
      log.atWarn()
          .addKeyValue("table", file.table().name())
          .log("a load job was refused; its rows go by the stream: " + declined.reason());
      byJob = false;
    }
    long refused = byJob ? 0 : appends.append(file);
    if (refused > 0) {
      Path kept = folder.resolve(file.id() + REFUSED_SUFFIX);
      Files.copy(file.path(), kept, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      log.atError()
          .addKeyValue("table", file.table().name())
          .addKeyValue("rows", refused)
          .addKeyValue("kept", kept)
          .log("the change log lacks rows that BigQuery refuses; they are kept in a file");
    }
    log.atInfo()
        .addKeyValue("table", file.table().name())
        .addKeyValue("rows", file.rows())
        .addKeyValue("job", byJob)
        .log("rows of a snapshot are in the log");
  }

  private synchronized void failed(Waiting one, WarehouseException failure) {
    one.failure = failure;
    notifyAll();
    if (closing) {
      return;
    }
    log.atWarn()
        .addKeyValue("table", one.file.table().name())
        .log("rows wait to be loaded, and are tried again: " + failure.getMessage());
    long pause = AGAIN_SECONDS << Math.min(one.failures++, MOST_DOUBLINGS);
    workers.schedule(() -> again(one), pause, TimeUnit.SECONDS);
  }

  private void again(Waiting one) {
    synchronized (this) {
      if (one.failure == null) {
        return;
      }
      one.failure = null;
    }
    work(one);
  }

  /** Tables of files that were lost before they were loaded. */
  Set<TableName> incomplete() throws WarehouseException {
    Map<String, TableName> asked;
    synchronized (this) {
      asked = new TreeMap<>(missing);
    }
    Set<String> loaded = new TreeSet<>();
    try {
      for (String file : asked.keySet()) {
        if (jobs.hasLoaded(file)) {
          loaded.add(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WarehouseException("the process is ending.", e);
    }
    forget(loaded);
    asked.keySet().removeAll(loaded);
    return new LinkedHashSet<>(asked.values());
  }

  /** A reload closes the gaps of a table. */
  void forget(TableName table) throws WarehouseException {
    Set<String> files = new TreeSet<>();
    synchronized (this) {
      missing.forEach(
          (file, its) -> {
            if (its.equals(table)) {
              files.add(file);
            }
          });
    }
    forget(files);
  }

  private void forget(Set<String> files) throws WarehouseException {
    if (!files.isEmpty()) {
      records.remove(files);
      synchronized (this) {
        missing.keySet().removeAll(files);
      }
    }
  }

  private WarehouseException broken(String what, IOException e) {
    return broken(folder, what, e);
  }

  private static WarehouseException broken(Path folder, String what, IOException e) {
    return new WarehouseException(
        "%s, where rows of snapshots wait, %s: %s. Mend the disk or its rights; it is tried again."
            .formatted(folder, what, e.getMessage()),
        e);
  }

  /** Brings what waits where that takes no long; the rest is brought after the next start. */
  @Override
  public void close() {
    drain();
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        log.warn("load jobs are still being asked for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    letGo();
    records.close();
    appends.close();
    lock.close();
  }

  private synchronized void letGo() {
    for (Waiting one : waiting.values()) {
      try {
        one.file.close();
      } catch (IOException e) {
        log.atDebug().setCause(e).log("file not closed");
      }
    }
  }

  private synchronized void drain() {
    List.copyOf(open.values()).forEach(this::roll);
    closing = true;
    notifyAll();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSING_SECONDS);
    try {
      while (waiting.values().stream().anyMatch(w -> w.failure == null)
          && System.nanoTime() < end) {
        wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!waiting.isEmpty()) {
      log.atInfo()
          .addKeyValue("files", waiting.size())
          .log("rows of snapshots wait in files; they are loaded after the next start");
    }
  }
}
