package dev.renkei.beam.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.dedupe.SequenceGate;
import dev.renkei.steps.flow.AttributeFilter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Legible;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a flow does with its messages is counted by names that operators know from Kafka Streams.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CountersTest {
  private static final String FLOW = "dedupe";
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final TableName PRICES = new TableName("dbo", "Prices");

  @Test
  void everythingThatDoesNotComeOutIsCountedByItsReason() {
    List<FlowMessage> messages = new ArrayList<>();
    for (int copy = 0; copy < 3; copy++) {
      for (int product = 0; product < 5; product++) {
        messages.add(update(STOCK, product));
      }
    }
    messages.add(update(PRICES, 1));
    messages.add(new FlowMessage(Map.of(), null, new byte[0]));

    Map<String, Long> counted = run(messages);

    assertThat(counted)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(SequenceGate.DUPLICATES, 10L, AttributeFilter.FILTERED, 1L, "dead_letters", 1L));
  }

  private static Map<String, Long> run(List<FlowMessage> messages) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs("--runner=DirectRunner").create());
    AttributeFilter stock =
        new AttributeFilter(Map.of(MessageAttributes.TABLE_NAME, Set.of(STOCK.toString())));
    PCollection<FlowMessage> read =
        pipeline.apply("Read", Create.of(messages).withCoder(FlowMessageCoder.of()));
    var unused =
        read.apply("Legible", StepTransform.of(FLOW, new Legible(true)))
            .get(FlowTags.MAIN)
            .apply("Filter", StepTransform.of(FLOW, stock))
            .get(FlowTags.MAIN)
            .apply("Gate", KeyedStepTransform.of(FLOW, new SequenceGate(Duration.ofDays(7))));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Map<String, Long> counted = new TreeMap<>();
    result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder().addNameFilter(MetricNameFilter.inNamespace(FLOW)).build())
        .getCounters()
        .forEach(
            counter ->
                counted.merge(counter.getName().getName(), counter.getCommitted(), Long::sum));
    return counted;
  }

  private static FlowMessage update(TableName table, int product) {
    String key = table + "[" + product + "]";
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(
        new MessageAttributes(
            key + "@5", table, ChangeType.UPDATE, new Sequence(1, 5, 0), "schema", "shop", 1, null),
        attributes::put);
    return new FlowMessage(attributes, key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }
}
