package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic: committed records only, from where the group has left off, else from the
 * beginning. Offsets are committed behind the runner's checkpoints, so that a pipeline that is
 * started without one goes on from about there.
 */
public final class KafkaSource extends PTransform<PBegin, PCollection<FlowMessage>> {
  private static final long serialVersionUID = 1;

  private final KafkaAddress address;
  private final String topic;
  private final String group;
  private final String flow;

  private KafkaSource(KafkaAddress address, String topic, String group, String flow) {
    this.address = address;
    this.topic = topic;
    this.group = group;
    this.flow = flow;
  }

  /**
   * A topic.
   *
   * @param group stable name of the pipeline among the readers of the topic
   * @param flow counts them as {@code in}
   */
  public static KafkaSource of(KafkaAddress address, String topic, String group, String flow) {
    return new KafkaSource(address, topic, group, flow);
  }

  @Override
  public PCollection<FlowMessage> expand(PBegin begin) {
    return begin
        .apply(
            "Read topic",
            KafkaIO.<byte[], byte[]>read()
                .withBootstrapServers(address.servers())
                .withTopic(topic)
                .withKeyDeserializerAndCoder(
                    ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                .withValueDeserializerAndCoder(
                    ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                .withConsumerConfigUpdates(address.consumer(group))
                .withConsumerFactoryFn(address.consumers())
                .withReadCommitted()
                .commitOffsetsInFinalize())
        .apply("With attributes", ParDo.of(new ToMessage(new Outlet(flow))))
        .setCoder(FlowMessageCoder.of());
  }

  private static final class ToMessage extends DoFn<KafkaRecord<byte[], byte[]>, FlowMessage> {
    private static final long serialVersionUID = 1;

    private final Outlet outlet;

    ToMessage(Outlet outlet) {
      this.outlet = outlet;
    }

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> record, OutputReceiver<FlowMessage> to) {
      outlet.count("in");
      to.output(message(record));
    }
  }

  static FlowMessage message(KafkaRecord<byte[], byte[]> record) {
    Map<String, String> attributes = new HashMap<>();
    for (Header header : record.getHeaders()) {
      byte @Nullable [] value = header.value();
      if (value != null) {
        attributes.put(header.key(), new String(value, StandardCharsets.UTF_8));
      }
    }
    byte @Nullable [] payload = record.getKV().getValue();
    return new FlowMessage(
        attributes,
        record.getKV().getKey(),
        payload == null ? new byte[0] : payload,
        new Origin(
            record.getTopic(),
            record.getPartition(),
            record.getOffset(),
            Instant.ofEpochMilli(record.getTimestamp())));
  }
}
