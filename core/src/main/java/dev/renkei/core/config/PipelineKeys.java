package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code pipelines}, and what they make. */
final class PipelineKeys {
  private static final ValueKey<Boolean> DEDUPE =
      ValueKey.of(
          "dedupe",
          ValueType.bool(),
          "false",
          "Duplicates are removed by `renkei pipeline dedupe`, not by `up`; on Pub/Sub, trackers then publish to the topic `raw`.");
  private static final ValueKey<Boolean> ENRICH =
      ValueKey.of(
          "enrich",
          ValueType.bool(),
          "false",
          "Events are joined by `renkei pipeline enrich`, as on Pub/Sub always, not by `up`.");
  private static final ValueKey<Boolean> RULES =
      ValueKey.of(
          "rules",
          ValueType.bool(),
          "false",
          "Rules are judged by `renkei pipeline rules`, as on Pub/Sub always; `up` then only delivers what fires.");
  private static final TextsKey FILTER =
      new TextsKey(
          "filter",
          "What dedupe lets pass, here and in `up`: values of `table_name` or `source`, several by commas. By default everything.");
  private static final ValueKey<Boolean> FEATURES =
      ValueKey.of(
          "features",
          ValueType.bool(),
          "false",
          "Features are computed by `renkei pipeline features`, not by `up`.");
  private static final ValueKey<String> FLINK_MASTER =
      ValueKey.optional(
          "master",
          ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}"),
          "The REST interface of the cluster's JobManager.");
  private static final ValueKey<Integer> FLINK_PARALLELISM =
      ValueKey.optional(
          "parallelism",
          ValueType.number(1, 4096),
          "In how many parts a job runs. By default the cluster's own.");
  private static final ValueKey<Duration> FLINK_CHECKPOINT =
      ValueKey.of(
          "checkpoint_interval",
          ValueType.duration("100ms", "1h"),
          "1s",
          "How often positions and state are made durable; what came since is repeated after a failure.");
  private static final ValueKey<String> FLINK_STATE =
      ValueKey.optional(
          "state",
          ValueType.text("a URI, for example `file:///srv/flink`", "[a-z][a-z0-9+.-]*:.+"),
          "Where checkpoints lie, reached by all machines of the cluster. By default the cluster's own.");
  private static final Group FLINK =
      Group.of(
          "flink",
          "A Flink cluster.",
          FLINK_MASTER,
          FLINK_PARALLELISM,
          FLINK_CHECKPOINT,
          FLINK_STATE);
  private static final ValueKey<String> PROJECT =
      ValueKey.optional(
          "project",
          CommonTypes.PROJECT,
          "Where jobs run. By default the project of the hub on Pub/Sub.");
  private static final ValueKey<String> REGION =
      ValueKey.optional(
          "region",
          ValueType.text("a region, for example `asia-northeast1`", "[a-z]+-[a-z]+[0-9]+"),
          "Where jobs run.");
  private static final ValueKey<String> TEMP =
      ValueKey.optional(
          "temp",
          ValueType.text("`gs://BUCKET/PREFIX`", "gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?"),
          "For the files of jobs.");
  private static final ValueKey<String> MACHINE_TYPE =
      ValueKey.of(
          "machine_type",
          ValueType.text("a type of Compute Engine's machines", "[a-z][a-z0-9-]{2,40}"),
          "n2-standard-2",
          "The machines of a job.");
  private static final ValueKey<Integer> WORKERS =
      ValueKey.of("workers", ValueType.number(1, 1000), "1", "How many it starts with.");
  private static final ValueKey<Integer> MAX_WORKERS =
      ValueKey.of("max_workers", ValueType.number(1, 1000), "5", "How many it has, at most.");
  private static final ValueKey<Boolean> STREAMING_ENGINE =
      ValueKey.of(
          "streaming_engine",
          ValueType.bool(),
          "true",
          "State lies in Dataflow's service instead of on the machines' disks, which are then small.");
  private static final ValueKey<PipelinesConfig.Dataflow.Autoscaling> AUTOSCALING =
      ValueKey.of(
          "autoscaling",
          ValueType.choice(PipelinesConfig.Dataflow.Autoscaling.class),
          "throughput_based",
          "How the number of machines follows the load.");
  private static final ValueKey<String> SERVICE_ACCOUNT =
      ValueKey.optional(
          "service_account",
          ValueType.text("an e-mail address", "[^@\\s]+@[^@\\s]+"),
          "As whom the machines work. By default Compute Engine's account.");
  private static final ValueKey<String> NETWORK =
      ValueKey.optional("network", CommonTypes.TEXT, "Their network.");
  private static final ValueKey<String> SUBNETWORK =
      ValueKey.optional("subnetwork", CommonTypes.TEXT, "Their part of the network.");
  private static final ValueKey<Boolean> PUBLIC_IPS =
      ValueKey.of("public_ips", ValueType.bool(), "true", "With addresses of the internet.");
  private static final TextsKey JOB_LABELS = new TextsKey("labels", "Labels of jobs.");
  private static final ValueKey<String> TEMPLATE =
      ValueKey.optional(
          "template",
          ValueType.text("`gs://BUCKET/FILE.json`", "gs://[a-z0-9][^\\s]*\\.json"),
          "A Flex Template made from this build; without one, jobs are submitted from this machine.");
  private static final ValueKey<String> DATAFLOW_ENDPOINT =
      ValueKey.optional(
          "endpoint",
          ValueType.text("an address https://HOST", "https?://[^\\s/]+/?"),
          "Another address than Google's own; by `http:` without credentials, for a server of a trial on this machine.");
  private static final Group DATAFLOW =
      Group.of(
          "dataflow",
          "Google's Dataflow.",
          PROJECT,
          REGION,
          TEMP,
          MACHINE_TYPE,
          WORKERS,
          MAX_WORKERS,
          STREAMING_ENGINE,
          AUTOSCALING,
          SERVICE_ACCOUNT,
          NETWORK,
          SUBNETWORK,
          PUBLIC_IPS,
          JOB_LABELS,
          TEMPLATE,
          DATAFLOW_ENDPOINT);
  static final Group PIPELINES =
      Group.of(
          "pipelines",
          "What runs on an engine outside (docs/beam.md), and where.",
          DEDUPE,
          ENRICH,
          RULES,
          FILTER,
          FEATURES,
          FLINK,
          DATAFLOW);

  private PipelineKeys() {}

  /** The section; null where it has faults. */
  static @Nullable PipelinesConfig read(Values root, Reading reading) {
    return reading.make(root.get(PIPELINES), v -> pipelines(v, reading));
  }

  /** Whether a pipeline removes duplicates. */
  static boolean dedupes(Values root) {
    return root.get(PIPELINES).get(DEDUPE, false);
  }

  private static PipelinesConfig pipelines(Values v, Reading reading) {
    PipelinesConfig.Dataflow dataflow = reading.make(v.get(DATAFLOW), PipelineKeys::dataflow);
    return new PipelinesConfig(
        v.get(DEDUPE),
        v.get(ENRICH),
        v.get(RULES),
        filter(v.get(FILTER)),
        v.get(FEATURES),
        flink(v.get(FLINK)),
        dataflow == null ? PipelinesConfig.NONE.dataflow() : dataflow);
  }

  private static Map<String, Set<String>> filter(Map<String, String> texts) {
    Map<String, Set<String>> filter = new LinkedHashMap<>();
    texts.forEach(
        (name, values) ->
            filter.put(name, Set.copyOf(Arrays.asList(values.strip().split("\\s*,\\s*")))));
    return filter;
  }

  private static PipelinesConfig.Flink flink(Values v) {
    return new PipelinesConfig.Flink(
        v.find(FLINK_MASTER),
        v.find(FLINK_PARALLELISM),
        v.get(FLINK_CHECKPOINT, PipelinesConfig.NONE.flink().checkpointInterval()),
        v.find(FLINK_STATE));
  }

  private static PipelinesConfig.Dataflow dataflow(Values v) {
    return new PipelinesConfig.Dataflow(
        v.find(PROJECT),
        v.find(REGION),
        v.find(TEMP),
        new PipelinesConfig.Dataflow.Workers(
            v.get(MACHINE_TYPE), v.get(WORKERS), v.get(MAX_WORKERS), v.get(AUTOSCALING)),
        v.get(STREAMING_ENGINE),
        new PipelinesConfig.Dataflow.Network(
            v.find(SERVICE_ACCOUNT), v.find(NETWORK), v.find(SUBNETWORK), v.get(PUBLIC_IPS)),
        v.get(JOB_LABELS),
        v.find(TEMPLATE),
        v.find(DATAFLOW_ENDPOINT));
  }
}
