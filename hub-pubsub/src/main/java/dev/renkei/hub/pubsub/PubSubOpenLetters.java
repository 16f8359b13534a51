package dev.renkei.hub.pubsub;

import com.google.api.core.ApiFuture;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.Subscription;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.hub.pubsub.state.StateDeadLetters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The letters of a hub's state. They are published to the topic that they were read from, so that
 * all of its subscriptions get them; then they are removed.
 */
final class PubSubOpenLetters implements OpenLetters {
  private static final int TELL_EVERY = 100;
  private static final long PATIENCE_AT_END_SECONDS = 10;

  private final StateDeadLetters letters;
  private final HubConfig.PubSub config;
  private final PubSubAccess access;
  private final HubResources resources;

  PubSubOpenLetters(
      StateDeadLetters letters,
      HubConfig.PubSub config,
      PubSubAccess access,
      HubResources resources) {
    this.letters = letters;
    this.config = config;
    this.access = access;
    this.resources = resources;
  }

  @Override
  public List<Listed> newest(int atMost, LetterFilter which)
      throws HubException, InterruptedException {
    List<Listed> found = new ArrayList<>();
    for (String id : letters.ids()) {
      if (found.size() == atMost) {
        break;
      }
      letters
          .find(id)
          .map(letter -> Listed.of(id, letter))
          .filter(which::matches)
          .ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  @Override
  public Optional<DeadLetter> find(String id) throws HubException, InterruptedException {
    return letters.find(id);
  }

  @Override
  public SentBack sendBack(LetterFilter which, long atMost, LongConsumer progress)
      throws HubException, InterruptedException {
    try (Returning returning = new Returning()) {
      String only = which.id();
      for (String id : only == null ? letters.ids() : List.of(only)) {
        Optional<DeadLetter> letter = letters.find(id);
        if (letter.isPresent() && which.matches(Listed.of(id, letter.get()))) {
          if (returning.sent == atMost) {
            return returning.result(true);
          }
          returning.send(id, letter.get());
          if (returning.sent % TELL_EVERY == 0) {
            progress.accept(returning.sent);
          }
        }
      }
      progress.accept(returning.sent);
      return returning.result(false);
    }
  }

  /** One after another: letters are few where each is an object of its own. */
  private final class Returning implements AutoCloseable {
    private final Map<String, Publisher> publishers = new HashMap<>();
    private final List<String> reasons = new ArrayList<>();
    private long sent;
    private long refused;

    void send(String id, DeadLetter letter) throws HubException, InterruptedException {
      if (letter.attributes().isEmpty() && letter.payload().length == 0) {
        refuse(id, "nothing but its place was kept: load its table again");
        return;
      }
      if (letter.payload().length > config.publish().maxMessageBytes()) {
        refuse(
            id,
            "it has %d bytes, more than hub.publish.max_message allows"
                .formatted(letter.payload().length));
        return;
      }
      Optional<String> topic = topic(letter.stream());
      if (topic.isEmpty()) {
        refuse(id, "%s, from which it was read, is no more".formatted(letter.stream()));
        return;
      }
      publish(topic.get(), letter);
      letters.remove(id);
      sent++;
    }

    private void refuse(String id, String why) {
      refused++;
      if (reasons.size() < MOST_TOLD) {
        reasons.add("%s: %s".formatted(id, why));
      }
    }

    private void publish(String topic, DeadLetter letter)
        throws HubException, InterruptedException {
      ApiFuture<String> durable =
          publisher(topic)
              .publish(
                  PubsubMessage.newBuilder()
                      .setData(ByteString.copyFrom(letter.payload()))
                      .putAllAttributes(letter.attributes())
                      .build());
      try {
        var unused = durable.get();
      } catch (ExecutionException e) {
        throw Failures.of(topic, HubResources.PUBLISHER, e.getCause() == null ? e : e.getCause());
      }
    }

    private Publisher publisher(String topic) throws HubException {
      Publisher known = publishers.get(topic);
      if (known != null) {
        return known;
      }
      try {
        Publisher made =
            Publisher.newBuilder(topic)
                .setChannelProvider(access.channels().build())
                .setCredentialsProvider(access.credentials())
                .setRetrySettings(PubSubPublisher.retrying())
                .build();
        publishers.put(topic, made);
        return made;
      } catch (IOException | RuntimeException e) {
        throw Failures.of(topic, HubResources.PUBLISHER, e);
      }
    }

    SentBack result(boolean more) {
      return new SentBack(sent, refused, reasons, more);
    }

    @Override
    public void close() throws InterruptedException {
      publishers.values().forEach(Publisher::shutdown);
      for (Publisher publisher : publishers.values()) {
        boolean unused = publisher.awaitTermination(PATIENCE_AT_END_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /** The topic of a stream: a topic, a subscription of one, or the name of one of ours. */
  private Optional<String> topic(String stream) throws HubException {
    String[] parts = stream.split("/", -1);
    if (parts.length < 4) {
      return Optional.of(PubSubPlan.streamTopic(config, stream));
    }
    String name = String.join("/", List.of(parts).subList(0, 4));
    return parts[2].equals("topics")
        ? Optional.of(name)
        : resources
            .subscription(name)
            .map(Subscription::getTopic)
            .filter(topic -> !topic.equals(Difference.DELETED_TOPIC));
  }
}
