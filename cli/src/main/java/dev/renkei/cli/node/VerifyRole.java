package dev.renkei.cli.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.renkei.cli.filter.ConfiguredFilter;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.loader.LoaderState;
import dev.renkei.loader.verify.HubArrivals;
import dev.renkei.loader.verify.Schedule;
import dev.renkei.loader.verify.Verification;
import dev.renkei.loader.verify.Verified;
import dev.renkei.server.ServerException;
import dev.renkei.server.StatusReport;
import dev.renkei.server.Verifications;
import dev.renkei.server.VerifyMemory;
import dev.renkei.server.VerifyRun;
import dev.renkei.sqlserver.SqlServerRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the warehouses that this process loads with their source, when somebody asks and on
 * schedule: one table at a time, on a thread of its own. What was found last outlives the process.
 */
final class VerifyRole implements Verifications, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VerifyRole.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int MOST_WAITING = 8;
  private static final int REMEMBERED = 32;

  private final Configuration config;
  private final Hub hub;
  private final List<LoaderRole> loaders;
  private final Path file;
  private final Clock clock = Clock.systemUTC();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final BlockingQueue<VerifyTask> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Map<Long, VerifyTask> known = new TreeMap<>();
  private final Thread thread;
  private long numbers;
  private volatile VerifyMemory memory;
  private volatile @Nullable SqlServerRows reading;

  VerifyRole(Configuration config, Hub hub, List<LoaderRole> loaders) {
    this.config = config;
    this.hub = hub;
    this.loaders = List.copyOf(loaders);
    this.file = config.dataDir().resolve("verify.json");
    this.memory = remembered();
    this.thread = new Thread(this::run, "renkei-verify");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** What was found last in a warehouse. */
  List<StatusReport.Warehouse.Verified> verified(String warehouse) {
    return memory.of(warehouse);
  }

  // ---- asking ----

  @Override
  public VerifyRun begin(List<String> tables, @Nullable String warehouse, boolean repair)
      throws ServerException, InterruptedException {
    List<LoaderRole> meant = meant(warehouse);
    List<TableName> names = tables.isEmpty() ? tracked() : tables.stream().map(this::name).toList();
    VerifyTask task;
    synchronized (known) {
      task = new VerifyTask(++numbers, repair);
      for (LoaderRole loader : meant) {
        names.forEach(name -> task.add(loader.config().name(), name));
      }
      if (!waiting.offer(task)) {
        throw new ServerException(MOST_WAITING + " comparisons wait already");
      }
      known.put(task.number(), task);
      known.keySet().removeIf(number -> number <= numbers - REMEMBERED);
    }
    return task.shown();
  }

  private List<LoaderRole> meant(@Nullable String warehouse) {
    List<LoaderRole> meant =
        loaders.stream()
            .filter(one -> warehouse == null || one.config().name().equals(warehouse))
            .toList();
    if (meant.isEmpty()) {
      throw new IllegalArgumentException(
          "no warehouse '%s' is loaded here; there is: %s"
              .formatted(
                  warehouse,
                  loaders.stream()
                      .map(one -> one.config().name())
                      .collect(Collectors.joining(", "))));
    }
    return meant;
  }

  private TableName name(String text) {
    TableName name = TableName.parse(text);
    Named.checkTracked(config, name);
    return name;
  }

  /** The tables that trackers have begun with. */
  private List<TableName> tracked() throws ServerException, InterruptedException {
    try {
      return tables();
    } catch (HubException e) {
      throw new ServerException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<TableName> tables() throws HubException, InterruptedException {
    TreeSet<TableName> names = new TreeSet<>(java.util.Comparator.comparing(TableName::toString));
    hub.cursors().cursors(config.source().name()).stream()
        .map(Cursor::table)
        .filter(config::matches)
        .forEach(names::add);
    return List.copyOf(names);
  }

  @Override
  public Optional<VerifyRun> run(long number) {
    synchronized (known) {
      return Optional.ofNullable(known.get(number)).map(VerifyTask::shown);
    }
  }

  // ---- comparing ----

  private void run() {
    try {
      while (closing.getCount() > 0) {
        VerifyTask task = waiting.poll(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run(this::compare);
        } else {
          compareWhatWasLoadedAgain();
          compareWhatIsDue();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether that has mended what differed. */
  private void compareWhatWasLoadedAgain() throws InterruptedException {
    for (LoaderRole loader : loaders) {
      String name = loader.config().name();
      for (StatusReport.Warehouse.Verified one : memory.of(name)) {
        TableName table = TableName.parse(one.table());
        LoaderState.Load load = loader.state().map(state -> state.loads().get(table)).orElse(null);
        if (one.state() == StatusReport.Warehouse.Verified.State.DIFFERENT
            && load != null
            && load.at().isAfter(one.at())
            && config.matches(table)) {
          compareAlone(name, table);
        }
      }
    }
  }

  private void compareAlone(String warehouse, TableName table) throws InterruptedException {
    VerifyTask task = new VerifyTask(0, false);
    task.add(warehouse, table);
    task.run(this::compare);
  }

  private void compareWhatIsDue() throws InterruptedException {
    Duration every = config.verify().every();
    if (every == null) {
      return;
    }
    try {
      List<Schedule.Entry> entries = new ArrayList<>();
      List<TableName> tables = tables();
      for (LoaderRole loader : loaders) {
        if (loader.warehouse().isPresent()) {
          tables.forEach(table -> entries.add(entry(loader.config().name(), table.toString())));
        }
      }
      Optional<Schedule.Entry> due =
          new Schedule(every, memory.since()).due(entries, clock.instant());
      if (due.isPresent()) {
        compareAlone(due.get().warehouse(), TableName.parse(due.get().table()));
      }
    } catch (HubException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("tables to compare are not known");
    }
  }

  private Schedule.Entry entry(String warehouse, String table) {
    return memory.of(warehouse).stream()
        .filter(one -> one.table().equals(table))
        .findFirst()
        .map(
            one ->
                new Schedule.Entry(
                    warehouse,
                    table,
                    one.at(),
                    one.state() == StatusReport.Warehouse.Verified.State.FAILED))
        .orElseGet(() -> new Schedule.Entry(warehouse, table, null, false));
  }

  private VerifyTask.Outcome compare(
      String warehouse, TableName table, boolean repair, Verification.Progress progress)
      throws InterruptedException {
    Verified found = compared(warehouse, table, progress);
    boolean reloading = repair && found.state() == Verified.State.DIFFERENT && reload(table);
    StatusReport.Warehouse.Verified shown = VerifyTask.shown(found, equalAt(warehouse, table));
    remember(warehouse, shown);
    var event = found.state() == Verified.State.EQUAL ? log.atInfo() : log.atWarn();
    event
        .addKeyValue("warehouse", warehouse)
        .addKeyValue("table", table)
        .addKeyValue("state", found.state())
        .addKeyValue("rows", found.rows())
        .addKeyValue("leftOut", found.leftOut())
        .addKeyValue("differences", found.differences())
        .addKeyValue("reason", found.problem())
        .addKeyValue("millis", Duration.between(found.begun(), found.ended()).toMillis())
        .log("compared with the source");
    return new VerifyTask.Outcome(found, shown, reloading);
  }

  private Verified compared(String name, TableName table, Verification.Progress progress)
      throws InterruptedException {
    Instant begun = clock.instant();
    LoaderRole loader = meant(name).get(0);
    Optional<Warehouse> warehouse = loader.warehouse();
    if (loader.config().from() == WarehouseConfig.From.MASKED) {
      return unfinished(
          table,
          Verified.State.REFUSED,
          begun,
          "warehouse %s is masked: it does not hold what the source holds. Compare one with `from: hub`."
              .formatted(name));
    }
    if (warehouse.isEmpty()) {
      return unfinished(table, Verified.State.FAILED, begun, loader.waitsFor());
    }
    try (SqlServerRows source =
        new SqlServerRows(
            config.source(),
            config.tables(),
            ConfiguredFilter.of(config.tables()),
            "renkei verify",
            config.verify().maxRowsPerSecond())) {
      reading = source;
      if (closing.getCount() == 0) {
        throw new InterruptedException("closing");
      }
      return new Verification(
              source,
              config.source().name(),
              warehouse.get(),
              new HubArrivals(hub, config.source().name(), loader::state, PATIENCE, clock, closing),
              clock,
              progress)
          .run(table);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("table", table).setCause(e).log("comparing failed inside");
      return unfinished(
          table,
          Verified.State.FAILED,
          begun,
          "%s: this failed inside (%s). See the log, and report it.".formatted(table, e));
    } finally {
      reading = null;
    }
  }

  private Verified unfinished(
      TableName table, Verified.State state, Instant begun, String problem) {
    return new Verified(table, state, begun, clock.instant(), 0, 0, Map.of(), List.of(), problem);
  }

  private boolean reload(TableName table) throws InterruptedException {
    try {
      hub.commands()
          .send(new Command.ReloadTable(table, null, "renkei verify --repair", clock.instant()));
      return true;
    } catch (HubException e) {
      log.atWarn()
          .addKeyValue("table", table)
          .addKeyValue("reason", e.getMessage())
          .log("the reload of a table that differs cannot be asked for");
      return false;
    }
  }

  // ---- remembering ----

  private VerifyMemory remembered() {
    try {
      return VerifyMemory.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return kept(new VerifyMemory(clock.instant(), Map.of()));
    } catch (JsonProcessingException e) {
      log.atWarn().addKeyValue("file", file).log("what was compared before cannot be read");
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).setCause(e).log("what was compared cannot be read");
    }
    return new VerifyMemory(clock.instant(), Map.of());
  }

  private @Nullable Instant equalAt(String warehouse, TableName table) {
    return memory.of(warehouse).stream()
        .filter(one -> one.table().equals(table.toString()))
        .findFirst()
        .map(StatusReport.Warehouse.Verified::equalAt)
        .orElse(null);
  }

  private void remember(String warehouse, StatusReport.Warehouse.Verified result) {
    // Read again: processes that load other warehouses keep theirs in the same file.
    memory = kept(remembered().with(warehouse, result));
  }

  private VerifyMemory kept(VerifyMemory now) {
    try {
      Files.createDirectories(config.dataDir());
      Path next = file.resolveSibling("verify.json.next");
      Files.writeString(next, now.toJson());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).setCause(e).log("what was compared cannot be kept");
    }
    return now;
  }

  @Override
  public void close() {
    closing.countDown();
    SqlServerRows source = reading;
    if (source != null) {
      source.close();
    }
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
