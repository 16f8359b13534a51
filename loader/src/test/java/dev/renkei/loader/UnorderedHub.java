package dev.renkei.loader;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hub in memory that keeps the promise of {@link AcknowledgedSubscription} and no more: delivers
 * in any order, sometimes twice, again what was released or left by a dead reader, and again what
 * was acknowledged where the acknowledgement got lost. Thread-safe.
 */
final class UnorderedHub {
  private final Random random;
  private String streamId;
  private @Nullable HubException failure;
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, Marked> marks = new HashMap<>();
  private boolean holdsBeginning;
  private double trouble = 0.1;
  private int flowControl = 50;

  /** What was not acknowledged when a mark was set, and where the messages ended. */
  private record Marked(Instant at, long end, Set<Long> held) {}

  private static final class Message {
    final @Nullable EncodedMessage content;
    final long offset;
    final long publishedMillis;
    boolean held; // by the hub, for somebody to acknowledge
    boolean leased;

    Message(@Nullable EncodedMessage content, long offset, long publishedMillis) {
      this.content = content;
      this.offset = offset;
      this.publishedMillis = publishedMillis;
      this.held = true;
    }
  }

  UnorderedHub(String streamId, long seed) {
    this.streamId = streamId;
    this.random = new Random(seed);
  }

  /** How often it delivers twice and loses an acknowledgement. */
  synchronized void trouble(double probability) {
    trouble = probability;
  }

  synchronized void flowControl(int atMost) {
    flowControl = atMost;
  }

  synchronized void publish(EncodedMessage message) {
    publish(message, Instant.now());
  }

  synchronized void publish(EncodedMessage message, Instant at) {
    messages.add(new Message(message, messages.size(), at.toEpochMilli()));
    notifyAll();
  }

  /** What the next poll fails with. */
  synchronized void failWith(HubException once) {
    failure = once;
    notifyAll();
  }

  /** The subscription is gone, and another of its name takes what is published from now on. */
  synchronized void makeAnew(String stream) {
    streamId = stream;
    messages.forEach(message -> message.held = false);
    failWith(new PositionLostException("made anew"));
  }

  /** A message that nobody can read. */
  synchronized void publishGarbage() {
    messages.add(new Message(null, messages.size(), Instant.now().toEpochMilli()));
    notifyAll();
  }

  /** It was there before anything was published. */
  synchronized void holdsBeginning() {
    holdsBeginning = true;
  }

  /** Sets a mark where the reader is. */
  synchronized void mark(String name, Instant at) {
    Set<Long> held = new HashSet<>();
    messages.stream().filter(message -> message.held).forEach(message -> held.add(message.offset));
    marks.put(name, new Marked(at, messages.size(), held));
  }

  synchronized void removeMark(String name) {
    marks.remove(name);
  }

  synchronized long unacknowledged() {
    return messages.stream().filter(message -> message.held).count();
  }

  synchronized boolean isDrained() {
    return unacknowledged() == 0;
  }

  Reader reader() {
    return new Reader();
  }

  private static HubRecord record(Message message) {
    EncodedMessage content = message.content;
    if (content == null) {
      return new HubRecord(
          0, message.offset, message.publishedMillis, null, Map.of("x", "y"), null, new byte[0]);
    }
    Map<String, String> texts = new HashMap<>();
    HeaderCodec.write(content.attributes(), texts::put);
    return new HubRecord(
        0,
        message.offset,
        message.publishedMillis,
        content.attributes(),
        texts,
        content.routingKey(),
        content.payload());
  }

  /** One subscriber; another may follow when this one is closed or dead. */
  final class Reader implements AcknowledgedSubscription {
    private boolean dead;
    private int unsettled;

    @Override
    public String streamId() {
      synchronized (UnorderedHub.this) {
        return streamId;
      }
    }

    @Override
    public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
      synchronized (UnorderedHub.this) {
        HubException now = failure;
        failure = null;
        if (now != null) {
          throw now;
        }
        List<Delivery> some = deliveries();
        if (some.isEmpty()) {
          UnorderedHub.this.wait(Math.max(1, Math.min(20, atMost.toMillis())));
          some = deliveries();
        }
        return some;
      }
    }

    private List<Delivery> deliveries() {
      List<Message> ready = new ArrayList<>();
      for (Message message : messages) {
        if (message.held && !message.leased) {
          ready.add(message);
        }
      }
      Collections.shuffle(ready, random);
      List<Delivery> some = new ArrayList<>();
      int most = Math.min(flowControl - unsettled, 1 + random.nextInt(20));
      for (Message message : ready.subList(0, Math.max(0, Math.min(ready.size(), most)))) {
        message.leased = true;
        some.add(new Lease(message));
        if (random.nextDouble() < trouble) {
          some.add(new Lease(message));
        }
      }
      return some;
    }

    @Override
    public void seek(Instant from) {
      synchronized (UnorderedHub.this) {
        for (Message message : messages) {
          message.held = message.publishedMillis >= from.toEpochMilli();
        }
        UnorderedHub.this.notifyAll();
      }
    }

    @Override
    public boolean takeBeginning() {
      synchronized (UnorderedHub.this) {
        boolean whole = holdsBeginning;
        holdsBeginning = false;
        return whole;
      }
    }

    @Override
    public Optional<Instant> markedAt(String mark) {
      synchronized (UnorderedHub.this) {
        return Optional.ofNullable(marks.get(mark)).map(Marked::at);
      }
    }

    @Override
    public void seekToMark(String mark) throws HubException {
      synchronized (UnorderedHub.this) {
        Marked marked = marks.get(mark);
        if (marked == null) {
          throw new HubException("no mark " + mark);
        }
        for (Message message : messages) {
          message.held = message.offset >= marked.end() || marked.held().contains(message.offset);
        }
        UnorderedHub.this.notifyAll();
      }
    }

    /** What it settles from now on reaches nobody. */
    void kill() {
      close();
    }

    @Override
    public void close() {
      synchronized (UnorderedHub.this) {
        dead = true;
        messages.forEach(message -> message.leased = false);
      }
    }

    private final class Lease implements Delivery {
      private final Message message;
      private final HubRecord record;

      Lease(Message message) {
        this.message = message;
        this.record = record(message);
        unsettled++;
      }

      @Override
      public HubRecord message() {
        return record;
      }

      @Override
      public void acknowledge() {
        synchronized (UnorderedHub.this) {
          settle();
          if (!dead && random.nextDouble() >= trouble) {
            message.held = false;
          }
        }
      }

      @Override
      public void release() {
        synchronized (UnorderedHub.this) {
          settle();
        }
      }

      private void settle() {
        unsettled--;
        if (!dead) {
          message.leased = false;
        }
        UnorderedHub.this.notifyAll();
      }
    }
  }
}
