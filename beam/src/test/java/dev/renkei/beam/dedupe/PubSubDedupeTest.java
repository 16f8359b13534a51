package dev.renkei.beam.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.beam.flow.HubState;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.config.HubConfig.PubSub.State;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import dev.renkei.hub.pubsub.PubSubAccess;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.hub.pubsub.PubSubPlan;
import dev.renkei.steps.flow.AttributeFilter;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slides 20 to 22 on Google's emulator: what two trackers publish to raw comes to the hub once. */
@Tag("long")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PubSubDedupeTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final TableName PRICES = new TableName("dbo", "Prices");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String CONSUMER = "local";
  private static final int ROWS = 30;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--runner=DirectRunner --blockOnRun=false --targetParallelism=2",
        "--runner=FlinkRunner --flinkMaster=[local] --parallelism=2 --attachedMode=false --streaming=true --checkpointingInterval=1000 --objectReuse=true --fasterCopy=true --maxBundleTimeMills=10"
      })
  void ofTwoTrackersCopiesOneArrivesAndWhatCannotBeReadIsSetAside(String runner) throws Exception {
    try (PubSubEmulator emulator = emulator();
        PubSubHub hub = PubSubHub.open(config(), emulator.access(), "shop", List.of(CONSUMER));
        HubPublisher a = hub.publisher("a", 16 << 20);
        HubPublisher b = hub.publisher("b", 16 << 20);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publish(a, "a", 1);
      publish(b, "b", 1);
      publishGarbage(emulator.access());
      PipelineResult running = run(runner, plan(emulator.address()));
      try {
        List<Delivery> first = poll(reader, ROWS);
        publish(b, "b", 2);
        List<Delivery> all = new ArrayList<>(first);
        all.addAll(poll(reader, ROWS));

        assertThat(ids(all)).hasSize(2 * ROWS).doesNotHaveDuplicates();
        assertThat(all)
            .allSatisfy(
                delivery ->
                    assertThat(Objects.requireNonNull(delivery.message().attributes()).table())
                        .isEqualTo(STOCK));
        DeadLetter letter = deadLetter(hub);
        assertThat(letter.reason()).contains("has no attribute message_unique_id");
        assertThat(letter.stream()).isEqualTo(PubSubPlan.rawSubscription(config()));
        assertThat(letter.attributes()).isEqualTo(Map.of("from", "elsewhere"));
        assertThat(letter.payload()).isEqualTo(new byte[] {1, 2, 3});
      } finally {
        var unused = running.cancel();
      }
    }
  }

  private PubSubEmulator emulator() throws Exception {
    PubSubEmulator.Found found = PubSubEmulator.find();
    if (!(found instanceof PubSubEmulator.Found.Jar jar)) {
      Assumptions.abort(
          "needs Google's Pub/Sub emulator: "
              + (found instanceof PubSubEmulator.Found.Nowhere nowhere ? nowhere.sentence() : ""));
      throw new IllegalStateException("not reached");
    }
    return PubSubEmulator.start(jar.path(), folder, PubSubEmulator.freePort(), 256);
  }

  private HubConfig.PubSub config() {
    return new HubConfig.PubSub(
            "demo-project",
            "renkei.",
            Duration.ofDays(7),
            new State.Directory(state()),
            Publish.DEFAULT)
        .withRaw();
  }

  private Path state() {
    return folder.resolve("state").toAbsolutePath();
  }

  private DedupePlan plan(String emulator) {
    return new DedupePlan.PubSub(
        PubSubPlan.rawSubscription(config()),
        PubSubPlan.hubTopic(config()),
        new HubState.Directory(state().toString()),
        "http://" + emulator,
        new AttributeFilter(Map.of(MessageAttributes.TABLE_NAME, Set.of(STOCK.toString()))));
  }

  private static PipelineResult run(String runner, DedupePlan plan) {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs((runner + " --project=demo-project").split(" "))
                .create());
    DedupePipeline.build(pipeline, plan);
    return pipeline.run();
  }

  private static void publish(HubPublisher publisher, String tracker, long version)
      throws Exception {
    HubPublisher.Lane lane = publisher.lane();
    for (int product = 0; product < ROWS; product++) {
      lane.publish(message(STOCK, product, version));
      lane.publish(message(PRICES, product, version));
    }
    lane.advance(new Cursor(tracker, "shop", STOCK, 1, version, 7, 1, 1, null, NOON))
        .get(60, TimeUnit.SECONDS);
  }

  private static EncodedMessage message(TableName table, int product, long version) {
    String key = table + "[" + product + "]";
    return new EncodedMessage(
        new MessageAttributes(
            key + "@" + version,
            table,
            ChangeType.UPDATE,
            new Sequence(1, version, 0),
            "schema",
            "shop",
            1,
            null),
        key.getBytes(StandardCharsets.UTF_8),
        "{}".getBytes(StandardCharsets.UTF_8));
  }

  private void publishGarbage(PubSubAccess access) throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(Objects.requireNonNull(access.pubSub()).address())
            .usePlaintext()
            .build();
    Publisher publisher =
        Publisher.newBuilder("projects/demo-project/topics/renkei.raw")
            .setChannelProvider(
                FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
            .setCredentialsProvider(NoCredentialsProvider.create())
            .build();
    try {
      publisher
          .publish(
              PubsubMessage.newBuilder()
                  .setData(ByteString.copyFrom(new byte[] {1, 2, 3}))
                  .putAttributes("from", "elsewhere")
                  .build())
          .get();
    } finally {
      publisher.shutdown();
      channel.shutdownNow();
    }
  }

  private static List<Delivery> poll(AcknowledgedSubscription reader, int count) throws Exception {
    List<Delivery> all = new ArrayList<>();
    long patient = System.nanoTime() + PATIENCE.toNanos();
    while (all.size() < count && System.nanoTime() < patient) {
      all.addAll(reader.poll(Duration.ofMillis(200)));
    }
    all.forEach(Delivery::acknowledge);
    return all;
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream()
        .map(delivery -> Objects.requireNonNull(delivery.message().attributes()).uniqueId())
        .toList();
  }

  private static DeadLetter deadLetter(PubSubHub hub) throws Exception {
    long patient = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < patient) {
      List<DeadLetter> letters = hub.deadLetters().newest(5);
      if (!letters.isEmpty()) {
        assertThat(letters).hasSize(1);
        return letters.get(0);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no dead letter within " + PATIENCE);
  }
}
