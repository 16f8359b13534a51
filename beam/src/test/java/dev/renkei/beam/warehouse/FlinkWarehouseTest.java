package dev.renkei.beam.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.steps.flow.FlowMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on Flink, embedded, with the flags that Renkei gives it. */
class FlinkWarehouseTest {
  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("long")
  void aSnapshotIsCountedAndSweptOnFlinkToo() {
    MemoryHub hub = MemoryHub.of(Shop.STOCK);
    List<FlowMessage> messages = new ArrayList<>();
    messages.add(Shop.closing(20, 50));
    for (int product = 1; product <= 60; product++) {
      messages.add(Shop.stock(Shop.update(Shop.STOCK, 10, product, 1)));
      if (product <= 50) {
        messages.add(Shop.stock(Shop.snapshotRow(20, product, 2)));
      }
    }
    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      run(
          new WarehousePlan(
              hub.holding(messages),
              Shop.config(standIn, "shop"),
              Duration.ofDays(7),
              Duration.ZERO,
              Duration.ofHours(1)));

      assertThat(hub.letters()).isEmpty();
      assertThat(
              Shop.rows(
                  standIn,
                  "SELECT COUNT(*), SUM(Quantity) FROM `%s`.shop.dbo_Stock"
                      .formatted(Shop.PROJECT)))
          .containsExactly("50,100");
    }
  }

  private void run(WarehousePlan plan) {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=FlinkRunner",
                    "--flinkMaster=[local]",
                    "--parallelism=2",
                    "--shutdownSourcesAfterIdleMs=5000",
                    "--streaming=true",
                    "--checkpointingInterval=1000",
                    "--objectReuse=true",
                    "--fasterCopy=true",
                    "--stateBackend=filesystem",
                    "--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri(),
                    "--maxBundleTimeMills=10")
                .create());
    WarehousePipeline.build(pipeline, plan);
    pipeline.run().waitUntilFinish();
  }
}
