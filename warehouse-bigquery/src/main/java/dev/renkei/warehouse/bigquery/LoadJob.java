package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationLoad;
import com.google.api.services.bigquery.model.JobReference;
import com.google.api.services.bigquery.model.TableReference;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads spool files by load jobs. The job of a file has a name that the file tells, so a file that
 * is brought again, after a crash or a lost answer, finds its job and is not loaded twice; a job
 * that failed, which adds nothing, is followed by one of the next name. Thread-safe.
 */
final class LoadJob {
  private static final Logger log = LoggerFactory.getLogger(LoadJob.class);
  private static final int MOST_JOBS = 6;
  private static final long FIRST_LOOK_MILLIS = 100;
  private static final long LAST_LOOK_MILLIS = 5_000;
  private static final String DONE = "DONE";

  private final WarehouseConfig.BigQuery config;
  private final Rest rest;
  private final Duration patience;
  private final Sentences sentences;

  LoadJob(WarehouseConfig.BigQuery config, Rest rest, Duration patience) {
    this.config = config;
    this.rest = rest;
    this.patience = patience;
    this.sentences = new Sentences(config);
  }

  /** How it ended. */
  sealed interface End {
    /** All rows are in the table. */
    record Loaded() implements End {}

    /** None is, and no job will bring them. */
    record Declined(String reason) implements End {}
  }

  private static String name(String file, int number) {
    return "renkei_%s_%d".formatted(file, number);
  }

  /**
   * Loads a file that is no longer written.
   *
   * @throws WarehouseException where it may succeed when it is tried later
   */
  End run(SpoolFile file) throws WarehouseException, InterruptedException {
    String what = Names.log(file.table().id()) + " cannot be loaded by a job";
    Patience left = new Patience(patience);
    Fault last = new Fault.Passing("no job has ended well");
    for (int number = 0; number < MOST_JOBS; number++) {
      Fault fault = await(what, begin(what, file, number, left));
      if (fault == null) {
        return new End.Loaded();
      }
      if (fault instanceof Fault.Forbidden || fault instanceof Fault.Missing) {
        throw sentences.of(what, fault, new IOException("the job failed"));
      }
      if (!(fault instanceof Fault.Passing)) {
        return new End.Declined(fault.sentence(config.location()));
      }
      last = fault;
      left.pause();
    }
    return new End.Declined(last.sentence(config.location()));
  }

  /** A job that runs, or ran before. */
  private Begun begin(String what, SpoolFile file, int number, Patience left)
      throws WarehouseException, InterruptedException {
    String name = name(file.id(), number);
    while (true) {
      try {
        Job job = rest.load(job(name, file.table()), new SpoolJson(file));
        log.atInfo()
            .addKeyValue("table", file.table().name())
            .addKeyValue("rows", file.rows())
            .addKeyValue("bytes", file.bytes())
            .addKeyValue("job", name)
            .log("load job begun");
        return new Begun(name, job, null);
      } catch (IOException e) {
        Fault fault = Fault.ofLoad(e);
        if (fault instanceof Fault.Done) {
          return new Begun(name, null, null);
        }
        if (fault instanceof Fault.UsedUp || fault instanceof Fault.Lasting) {
          return new Begun(name, null, fault);
        }
        if (!(fault instanceof Fault.Passing) || !left.pause()) {
          throw sentences.of(what, fault, e);
        }
      }
    }
  }

  /**
   * @param job as it stood when it began; null where it is not known
   * @param refused why there is none
   */
  private record Begun(String name, @Nullable Job job, @Nullable Fault refused) {}

  private Job job(String name, StoredTable table) {
    return new Job()
        .setJobReference(
            new JobReference()
                .setProjectId(config.project())
                .setJobId(name)
                .setLocation(config.location()))
        .setConfiguration(
            new JobConfiguration()
                .setLabels(config.labels())
                .setLoad(
                    new JobConfigurationLoad()
                        .setDestinationTable(
                            new TableReference()
                                .setProjectId(config.project())
                                .setDatasetId(config.dataset())
                                .setTableId(Names.log(table.id())))
                        .setSourceFormat("NEWLINE_DELIMITED_JSON")
                        .setWriteDisposition("WRITE_APPEND")
                        .setCreateDisposition("CREATE_NEVER")
                        .setMaxBadRecords(0)
                        .setIgnoreUnknownValues(false)));
  }

  /** Waits for the job's end; null where it succeeded. */
  private @Nullable Fault await(String what, Begun begun)
      throws WarehouseException, InterruptedException {
    if (begun.refused() != null) {
      return begun.refused();
    }
    Job job = begun.job();
    long pause = FIRST_LOOK_MILLIS;
    while (job == null || !isDone(job)) {
      if (job != null) {
        Thread.sleep(pause);
        pause = Math.min(LAST_LOOK_MILLIS, pause * 2);
      }
      job = look(what, begun.name());
      if (job == null) {
        return new Fault.Passing("the job is not found");
      }
    }
    ErrorProto error = job.getStatus().getErrorResult();
    return error == null ? null : Fault.ofJob(error);
  }

  private static boolean isDone(Job job) {
    return job.getStatus() != null && DONE.equals(job.getStatus().getState());
  }

  /** Null where there is no such job. */
  private @Nullable Job look(String what, String name)
      throws WarehouseException, InterruptedException {
    Patience left = new Patience(patience);
    while (true) {
      try {
        return rest.job(name);
      } catch (IOException e) {
        Fault fault = Fault.ofRest(e);
        if (fault instanceof Fault.Missing) {
          return null;
        }
        if (!(fault instanceof Fault.Passing) || !left.pause()) {
          throw sentences.of(what, fault, e);
        }
      }
    }
  }

  /**
   * Whether a job of a file that is no longer there has brought its rows; waits for one that runs.
   */
  boolean hasLoaded(String file) throws WarehouseException, InterruptedException {
    String what = "how a load job ended cannot be told";
    for (int number = 0; number < MOST_JOBS; number++) {
      String name = name(file, number);
      if (look(what, name) == null) {
        return false;
      }
      if (await(what, new Begun(name, null, null)) == null) {
        return true;
      }
    }
    return false;
  }
}
