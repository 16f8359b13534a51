package dev.renkei.bench.hub;

import dev.renkei.bench.Series;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageAttributes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/**
 * The same gate as the flow's in a plain loop: a consumer, a map that forgets everything when it
 * dies, and a producer that writes what passes and the offsets in one transaction.
 */
final class BareDedupe {
  private static final Duration COMMIT_EVERY = Duration.ofMillis(100);

  private final Map<ByteBuffer, Long> lastSequences = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private final String to;
  private long out;

  BareDedupe(String to) {
    this.to = to;
  }

  /** What one run has shown. */
  record Result(Series.Taken taken, long out) {}

  /** Reads so many messages, timed from the first of them to the last commit. */
  Result run(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      String from,
      long count) {
    consumer.subscribe(List.of(from));
    Series.Stopwatch stopwatch = new Series.Stopwatch();
    long committed = System.nanoTime();
    long in = 0;
    producer.beginTransaction();
    while (in < count) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(50));
      if (in == 0 && !records.isEmpty()) {
        stopwatch = new Series.Stopwatch();
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        judge(record, producer);
      }
      in += records.count();
      if (in >= count || System.nanoTime() - committed > COMMIT_EVERY.toNanos()) {
        producer.sendOffsetsToTransaction(Map.copyOf(offsets), consumer.groupMetadata());
        producer.commitTransaction();
        committed = System.nanoTime();
        producer.beginTransaction();
      }
    }
    Result result = new Result(stopwatch.taken(), out);
    producer.abortTransaction();
    return result;
  }

  private void judge(
      ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
    long sequence =
        new Sequence(
                (int) number(record.headers(), MessageAttributes.EPOCH),
                number(record.headers(), MessageAttributes.VERSION),
                (int) number(record.headers(), MessageAttributes.SNAPSHOT))
            .packed();
    ByteBuffer key = ByteBuffer.wrap(record.key());
    Long last = lastSequences.get(key);
    if (last == null || Long.compareUnsigned(sequence, last) > 0) {
      lastSequences.put(key, sequence);
      out++;
      producer.send(
          new ProducerRecord<>(
              to, record.partition(), record.key(), record.value(), record.headers()));
    }
    offsets.put(
        new TopicPartition(record.topic(), record.partition()),
        new OffsetAndMetadata(record.offset() + 1));
  }

  private static long number(Headers headers, String name) {
    return Long.parseLong(new String(headers.lastHeader(name).value(), StandardCharsets.US_ASCII));
  }
}
