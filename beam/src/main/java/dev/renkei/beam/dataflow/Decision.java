package dev.renkei.beam.dataflow;

import com.google.api.services.dataflow.model.Job;
import java.util.List;
import java.util.Set;

/** What becomes of the active job of that name, as in slide 33. */
public sealed interface Decision {
  /** There is none: a job is launched. */
  record Launch() implements Decision {}

  /** There is one: it is replaced, and the new one goes on with its state. */
  record Update(String jobId) implements Decision {}

  /** There is one that can be neither left alone nor replaced now. */
  record Refused(String sentence) implements Decision {}

  /** States in which Dataflow takes an update. */
  Set<String> UPDATABLE = Set.of("JOB_STATE_RUNNING");

  /** States of a job that is over, should Dataflow list one. */
  Set<String> OVER =
      Set.of(
          "JOB_STATE_DONE",
          "JOB_STATE_FAILED",
          "JOB_STATE_CANCELLED",
          "JOB_STATE_UPDATED",
          "JOB_STATE_DRAINED");

  /**
   * Decides by the jobs that Dataflow calls active.
   *
   * @param jobs of any name
   */
  static Decision of(String jobName, List<Job> jobs) {
    for (Job job : jobs) {
      String state = String.valueOf(job.getCurrentState());
      if (jobName.equals(job.getName()) && !OVER.contains(state)) {
        return UPDATABLE.contains(state)
            ? new Update(job.getId())
            : new Refused(
                "job %s (%s) is in state %s, in which Dataflow takes no update. Run this again when it runs or has ended."
                    .formatted(jobName, job.getId(), state));
      }
    }
    return new Launch();
  }
}
