package dev.renkei.beam.dataflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.beam.PipelineFailure;
import dev.renkei.beam.dataflow.DataflowFake.Asked;
import dev.renkei.core.config.PipelinesConfig;
import dev.renkei.core.config.PipelinesConfig.Dataflow.Autoscaling;
import dev.renkei.core.config.PipelinesConfig.Dataflow.Network;
import dev.renkei.core.config.PipelinesConfig.Dataflow.Workers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.apache.beam.runners.dataflow.options.DataflowPipelineDebugOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataflowLaunchTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUNNING =
      """
      {"id": "2026-job", "name": "renkei-shop-dedupe", "currentState": "JOB_STATE_RUNNING"}""";
  private static final String OTHER =
      """
      {"id": "2026-other", "name": "renkei-shop-warehouse", "currentState": "JOB_STATE_RUNNING"}""";
  private static final String DRAINING =
      """
      {"id": "2026-job", "name": "renkei-shop-dedupe", "currentState": "JOB_STATE_DRAINING"}""";

  private final StringWriter printed = new StringWriter();

  private static DataflowTarget target(DataflowFake fake, @Nullable String template) {
    return new DataflowTarget(
        new DataflowService.Place("shop-jobs", "asia-northeast1", fake.address()),
        "gs://shop/temp",
        new PipelinesConfig.Dataflow(
            "shop-jobs",
            "asia-northeast1",
            "gs://shop/temp",
            new Workers("n2-standard-2", 1, 5, Autoscaling.THROUGHPUT_BASED),
            true,
            new Network("jobs@shop.example", null, "regions/r/subnetworks/s", false),
            Map.of("team", "data"),
            template,
            fake.address()));
  }

  private static DataflowLaunch launch(DataflowFake fake, @Nullable String template) {
    PipelineOptions base = PipelineOptionsFactory.create();
    base.as(DataflowPipelineDebugOptions.class).setStagerClass(NamingStager.class);
    return new DataflowLaunch(
        target(fake, template),
        "renkei-shop-dedupe",
        Map.of("flow", "dedupe"),
        DataflowLaunchTest::build,
        base);
  }

  private static void build(Pipeline pipeline) {
    pipeline
        .apply("Read raw", PubsubIO.readMessagesWithAttributes().fromSubscription(subscription()))
        .apply("Write hub", PubsubIO.writeMessages().to("projects/shop-jobs/topics/hub"));
  }

  private static String subscription() {
    return "projects/shop-jobs/subscriptions/raw";
  }

  private PrintWriter out() {
    return new PrintWriter(printed, true);
  }

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text);
  }

  @Test
  void aTemplateIsLaunchedWhereNoJobOfThatNameIsActive() throws Exception {
    try (DataflowFake fake = new DataflowFake(OTHER, 200)) {
      launch(fake, "gs://shop/renkei.json").run(out());

      assertThat(fake.asked()).extracting(Asked::method).containsExactly("GET", "POST");
      assertThat(fake.asked().get(0).query()).contains("filter=ACTIVE");
      assertThat(fake.asked().get(1).path())
          .isEqualTo("/v1b3/projects/shop-jobs/locations/asia-northeast1/flexTemplates:launch");
      assertThat(json(fake.asked().get(1).body()))
          .isEqualTo(
              json(
                  """
                  {"launchParameter": {
                    "jobName": "renkei-shop-dedupe",
                    "containerSpecGcsPath": "gs://shop/renkei.json",
                    "parameters": {"flow": "dedupe"},
                    "environment": {
                      "tempLocation": "gs://shop/temp",
                      "stagingLocation": "gs://shop/temp/staging",
                      "machineType": "n2-standard-2",
                      "numWorkers": 1,
                      "maxWorkers": 5,
                      "autoscalingAlgorithm": "AUTOSCALING_ALGORITHM_BASIC",
                      "enableStreamingEngine": true,
                      "ipConfiguration": "WORKER_IP_PRIVATE",
                      "serviceAccountEmail": "jobs@shop.example",
                      "subnetwork": "regions/r/subnetworks/s",
                      "additionalUserLabels": {"team": "data"}
                    }}}"""));
      assertThat(printed.toString())
          .contains("launch of job renkei-shop-dedupe in project shop-jobs, asia-northeast1")
          .contains("job launched")
          .contains("/dataflow/jobs/asia-northeast1/launched?project=shop-jobs");
    }
  }

  @Test
  void theRunningJobOfThatNameIsUpdatedByTheTemplate() throws Exception {
    try (DataflowFake fake = new DataflowFake(OTHER + "," + RUNNING, 200)) {
      launch(fake, "gs://shop/renkei.json").run(out());

      assertThat(json(fake.asked().get(1).body()).at("/launchParameter/update").asBoolean())
          .isTrue();
      assertThat(printed.toString())
          .contains("update of job renkei-shop-dedupe")
          .contains("2026-job");
    }
  }

  @Test
  void aJobThatDrainsIsLeftAlone() throws Exception {
    try (DataflowFake fake = new DataflowFake(DRAINING, 200)) {
      PipelineFailure failure =
          catchThrowableOfType(
              PipelineFailure.class, () -> launch(fake, "gs://shop/renkei.json").run(out()));

      assertThat(failure).hasMessageContaining("JOB_STATE_DRAINING");
      assertThat(fake.asked()).extracting(Asked::method).containsExactly("GET");
    }
  }

  @Test
  void withoutATemplateTheJobIsSubmittedFromHere() throws Exception {
    try (DataflowFake fake = new DataflowFake("", 200)) {
      launch(fake, null).run(out());

      Asked created = fake.asked().get(fake.asked().size() - 1);
      assertThat(created.method()).isEqualTo("POST");
      assertThat(created.path())
          .isEqualTo("/v1b3/projects/shop-jobs/locations/asia-northeast1/jobs");
      JsonNode job = json(created.body());
      assertThat(job.path("name").asText()).isEqualTo("renkei-shop-dedupe");
      assertThat(job.path("type").asText()).isEqualTo("JOB_TYPE_STREAMING");
      assertThat(job.has("replaceJobId")).isFalse();
      JsonNode pool = job.at("/environment/workerPools/0");
      assertThat(pool.path("machineType").asText()).isEqualTo("n2-standard-2");
      assertThat(pool.at("/autoscalingSettings/maxNumWorkers").asInt()).isEqualTo(5);
      assertThat(pool.path("ipConfiguration").asText()).isEqualTo("WORKER_IP_PRIVATE");
      assertThat(job.at("/environment/serviceAccountEmail").asText())
          .isEqualTo("jobs@shop.example");
      assertThat(job.at("/environment/experiments").toString()).contains("enable_streaming_engine");
      assertThat(printed.toString()).contains("job submitted");
    }
  }

  @Test
  void aJobFromHereReplacesTheRunningOne() throws Exception {
    try (DataflowFake fake = new DataflowFake(RUNNING, 200)) {
      launch(fake, null).run(out());

      Asked created = fake.asked().get(fake.asked().size() - 1);
      assertThat(json(created.body()).path("replaceJobId").asText()).isEqualTo("2026-job");
    }
  }

  @Test
  void aDryRunShowsTheRequestAndAsksForNothing() throws Exception {
    try (DataflowFake fake = new DataflowFake(RUNNING, 200)) {
      launch(fake, "gs://shop/renkei.json").dryRun(out());

      assertThat(fake.asked()).extracting(Asked::method).containsOnly("GET");
      assertThat(printed.toString())
          .contains("update of job renkei-shop-dedupe")
          .contains("\"update\": true")
          .contains("\"enableStreamingEngine\": true")
          .contains("\"maxWorkers\": 5");
    }
  }

  @Test
  void aDryRunWithoutATemplateShowsTheGraph() throws Exception {
    try (DataflowFake fake = new DataflowFake("", 200)) {
      launch(fake, null).dryRun(out());

      assertThat(fake.asked()).extracting(Asked::method).containsOnly("GET");
      String text = printed.toString();
      JsonNode job = json(text.substring(text.indexOf('{')));
      assertThat(job.path("name").asText()).isEqualTo("renkei-shop-dedupe");
      assertThat(job.at("/environment/workerPools/0/machineType").asText())
          .isEqualTo("n2-standard-2");
      assertThat(job.at("/environment/experiments").toString()).contains("enable_streaming_engine");
      assertThat(job.path("steps"))
          .extracting(step -> step.path("name").asText())
          .anyMatch(name -> name.startsWith("Read raw"))
          .anyMatch(name -> name.startsWith("Write hub"));
      assertThat(text).doesNotContain("serialized");
    }
  }

  @Test
  void aDryRunWithoutAnswerIsALaunchAndSaysSo() throws Exception {
    try (DataflowFake fake = new DataflowFake("", 403)) {
      launch(fake, "gs://shop/renkei.json").dryRun(out());

      assertThat(printed.toString())
          .contains("HTTP 403: because of the test")
          .contains("is not known; this is a launch")
          .doesNotContain("\"update\"");
    }
  }

  @Test
  void aMissingRightIsNamed() throws Exception {
    try (DataflowFake fake = new DataflowFake("", 403)) {
      PipelineFailure failure =
          catchThrowableOfType(
              PipelineFailure.class, () -> launch(fake, "gs://shop/renkei.json").run(out()));

      assertThat(failure)
          .hasMessageContaining("project shop-jobs, asia-northeast1")
          .hasMessageContaining("dataflow.jobs.list");
      assertThat(failure.exitCode()).isEqualTo(2);
    }
  }
}
