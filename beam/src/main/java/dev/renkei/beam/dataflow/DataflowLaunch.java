package dev.renkei.beam.dataflow;

import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.dataflow.model.Job;
import com.google.api.services.dataflow.model.LaunchFlexTemplateRequest;
import dev.renkei.beam.PipelineFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.runners.dataflow.DataflowPipelineJob;
import org.apache.beam.runners.dataflow.DataflowRunner;
import org.apache.beam.runners.dataflow.options.DataflowPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Brings a flow onto Dataflow: as a Flex Template where the configuration names one, else as a job
 * submitted from this machine; in place of the running job of that name, if there is one.
 *
 * @param parameters of the Flex Template
 * @param build puts the flow into a pipeline, for a job submitted from here
 * @param base Beam's own options that the user gave
 */
public record DataflowLaunch(
    DataflowTarget target,
    String jobName,
    Map<String, String> parameters,
    Consumer<Pipeline> build,
    PipelineOptions base) {
  public DataflowLaunch {
    parameters = Map.copyOf(parameters);
  }

  /** Launches or updates, and says so. */
  public void run(PrintWriter out) throws PipelineFailure {
    DataflowService service = DataflowService.at(target.place());
    Decision decision = decide(service.active());
    out.println(sentence(decision));
    out.flush();
    String id = target.settings().template() == null ? submit(decision) : launch(service, decision);
    out.printf(
        "job %s%nhttps://console.cloud.google.com/dataflow/jobs/%s/%s?project=%s%n",
        id, target.place().region(), id, target.place().project());
    out.flush();
  }

  /** Prints what {@link #run} would ask for; changes nothing. */
  public void dryRun(PrintWriter out) throws PipelineFailure {
    Plan plan = plan();
    out.println(plan.sentence());
    out.println(
        target.settings().template() == null
            ? graph()
            : json(FlexTemplate.request(target, jobName, parameters, plan.decision())));
    out.flush();
  }

  private record Plan(Decision decision, String sentence) {}

  private Plan plan() {
    try {
      Decision decision = decide(DataflowService.at(target.place()).active());
      return new Plan(decision, sentence(decision));
    } catch (PipelineFailure e) {
      return new Plan(
          new Decision.Launch(),
          "%s%nWhether a job %s runs, which would be updated, is not known; this is a launch."
              .formatted(e.getMessage(), jobName));
    }
  }

  private Decision decide(List<Job> active) throws PipelineFailure {
    Decision decision = Decision.of(jobName, active);
    if (decision instanceof Decision.Refused refused) {
      throw PipelineFailure.usage(refused.sentence());
    }
    return decision;
  }

  private String sentence(Decision decision) {
    String where =
        "%s in project %s, %s"
            .formatted(jobName, target.place().project(), target.place().region());
    return decision instanceof Decision.Update update
        ? "update of job %s (%s)".formatted(where, update.jobId())
        : "launch of job %s; none of that name is active".formatted(where);
  }

  private String launch(DataflowService service, Decision decision) throws PipelineFailure {
    return service.launch(FlexTemplate.request(target, jobName, parameters, decision)).getId();
  }

  private String submit(Decision decision) throws PipelineFailure {
    PipelineResult result;
    try {
      result = pipeline(RunnerOptions.set(base, target, jobName, decision)).run();
    } catch (RuntimeException e) {
      throw PipelineFailure.usage(
          "job %s cannot be submitted: %s. Check `pipelines.dataflow`, and the rights of roles Dataflow Developer and Storage Object Admin on `temp`."
              .formatted(jobName, e.getMessage()));
    }
    return ((DataflowPipelineJob) result).getJobId();
  }

  private Pipeline pipeline(DataflowPipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    build.accept(pipeline);
    return pipeline;
  }

  /** The job as Dataflow would get it, made without an account. */
  private String graph() throws PipelineFailure {
    try {
      Path file = Files.createTempFile("renkei-job", ".json");
      try {
        DataflowPipelineOptions options =
            RunnerOptions.set(base, target, jobName, new Decision.Launch());
        RunnerOptions.withoutAccount(options);
        options.setStagerClass(NamingStager.class);
        options.setTemplateLocation(file.toString());
        DataflowRunner.fromOptions(options).run(pipeline(options));
        return JobOutline.of(Files.readString(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw PipelineFailure.usage("no temporary file: " + e.getMessage());
    }
  }

  private static String json(LaunchFlexTemplateRequest request) throws PipelineFailure {
    try {
      return GsonFactory.getDefaultInstance().toPrettyString(request);
    } catch (IOException e) {
      throw PipelineFailure.usage("no JSON: " + e.getMessage());
    }
  }
}
