package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetterHeaders;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.ProducerRecordCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a topic at least once, with attributes as headers. A row goes where its key leads, as
 * with every Kafka producer; a control message to the partition that it names.
 *
 * <p>Beam's exactly-once sink is not used: it drops headers and partitions. What is written twice
 * after a failure is judged by sequence, as everything is (SEMANTICS 10).
 *
 * @param <T> what is written
 */
public final class KafkaSink<T> extends PTransform<PCollection<T>, PDone> {
  private static final long serialVersionUID = 1;

  private final KafkaAddress address;
  private final String topic;
  private final DoFn<T, ProducerRecord<byte[], byte[]>> toRecord;

  private KafkaSink(
      KafkaAddress address, String topic, DoFn<T, ProducerRecord<byte[], byte[]>> toRecord) {
    this.address = address;
    this.topic = topic;
    this.toRecord = toRecord;
  }

  /**
   * Messages.
   *
   * @param flow counts them as {@code out}
   */
  public static KafkaSink<FlowMessage> messages(KafkaAddress address, String topic, String flow) {
    return new KafkaSink<>(address, topic, new OfMessage(topic, new Outlet(flow), false));
  }

  /**
   * Messages that stay in the partition that they were read from, whatever their keys have become.
   *
   * @param flow counts them as {@code out}
   */
  public static KafkaSink<FlowMessage> messagesAsRead(
      KafkaAddress address, String topic, String flow) {
    return new KafkaSink<>(address, topic, new OfMessage(topic, new Outlet(flow), true));
  }

  /** Dead letters, as {@code renkei dead-letters} reads them. */
  public static KafkaSink<DeadLetter> deadLetters(KafkaAddress address, String topic) {
    return new KafkaSink<>(address, topic, new OfLetter(topic));
  }

  @Override
  public PDone expand(PCollection<T> messages) {
    return messages
        .apply("To record", ParDo.of(toRecord))
        .setCoder(
            ProducerRecordCoder.of(
                NullableCoder.of(ByteArrayCoder.of()), NullableCoder.of(ByteArrayCoder.of())))
        .apply(
            "Write topic",
            KafkaIO.<byte[], byte[]>writeRecords()
                .withBootstrapServers(address.servers())
                .withTopic(topic)
                .withKeySerializer(ByteArraySerializer.class)
                .withValueSerializer(ByteArraySerializer.class)
                .withProducerConfigUpdates(address.producer())
                .withProducerFactoryFn(address.producers()));
  }

  private static final class OfMessage extends DoFn<FlowMessage, ProducerRecord<byte[], byte[]>> {
    private static final long serialVersionUID = 1;

    private final String topic;
    private final Outlet outlet;
    private final boolean asRead;

    OfMessage(String topic, Outlet outlet, boolean asRead) {
      this.topic = topic;
      this.outlet = outlet;
      this.asRead = asRead;
    }

    private @Nullable Integer partition(FlowMessage message) {
      if (asRead) {
        return message.origin().partition();
      }
      return message.routingKey() == null
          ? Integer.valueOf(ControlMessage.partitionOf(message.payload()))
          : null;
    }

    @ProcessElement
    public void process(
        @Element FlowMessage message, OutputReceiver<ProducerRecord<byte[], byte[]>> to) {
      outlet.count("out");
      byte @Nullable [] key = message.routingKey();
      to.output(
          record(
              topic,
              partition(message),
              message.origin(),
              key,
              message.payload(),
              message.attributes()));
    }
  }

  private static final class OfLetter extends DoFn<DeadLetter, ProducerRecord<byte[], byte[]>> {
    private static final long serialVersionUID = 1;

    private final String topic;

    OfLetter(String topic) {
      this.topic = topic;
    }

    @ProcessElement
    public void process(
        @Element DeadLetter letter, OutputReceiver<ProducerRecord<byte[], byte[]>> to) {
      Map<String, String> attributes = new TreeMap<>(letter.attributes());
      DeadLetterHeaders.write(
          letter.stream(),
          letter.partition(),
          letter.offset(),
          letter.reason(),
          letter.at(),
          attributes::put);
      Origin origin = new Origin(letter.stream(), letter.partition(), letter.offset(), letter.at());
      to.output(record(topic, null, origin, letter.routingKey(), letter.payload(), attributes));
    }
  }

  /** With the time at which it was written where it was read, so that its age stays true. */
  private static ProducerRecord<byte[], byte[]> record(
      String topic,
      @Nullable Integer partition,
      Origin origin,
      byte @Nullable [] key,
      byte[] payload,
      Map<String, String> attributes) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition,
            origin.equals(Origin.NONE) ? null : Long.valueOf(origin.at().toEpochMilli()),
            key,
            payload);
    new TreeMap<>(attributes)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }
}
