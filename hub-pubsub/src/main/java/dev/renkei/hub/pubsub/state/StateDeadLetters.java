package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/** An object for each letter, named so that the newest comes first in a list. */
public final class StateDeadLetters implements DeadLetters {
  private static final String FOLDER = "dead-letters/";

  private static final Pattern ID = Pattern.compile("[0-9]{13}\\.[0-9a-f-]{13}");

  /** Later than any: names count down from it. */
  private static final long END_OF_TIME_MILLIS = 9_999_999_999_999L;

  private final StateStore store;

  public StateDeadLetters(StateStore store) {
    this.store = store;
  }

  @Override
  public void put(DeadLetter letter) throws HubException, InterruptedException {
    String name =
        "%s%013d.%s"
            .formatted(
                FOLDER,
                END_OF_TIME_MILLIS - letter.at().toEpochMilli(),
                UUID.randomUUID().toString().substring(0, 13));
    // Where this is refused, an earlier try was written whose answer was lost.
    var unused = store.write(name, Documents.write(document(letter)), StateStore.ABSENT);
  }

  private static ObjectNode document(DeadLetter letter) {
    ObjectNode document = Documents.empty();
    document.put("reason", letter.reason());
    document.put("at", letter.at().toString());
    document.put("stream", letter.stream());
    document.put("partition", letter.partition());
    document.put("offset", letter.offset());
    ObjectNode attributes = document.putObject("attributes");
    new TreeMap<>(letter.attributes()).forEach(attributes::put);
    if (letter.routingKey() != null) {
      document.put("routing_key", letter.routingKey());
    }
    document.put("payload", letter.payload());
    return document;
  }

  @Override
  public List<DeadLetter> newest(int atMost) throws HubException, InterruptedException {
    List<DeadLetter> letters = new ArrayList<>();
    for (StateStore.Listed listed : store.list(FOLDER, atMost)) {
      Optional<StateStore.Entry> entry = store.read(listed.name());
      if (entry.isPresent()) {
        letters.add(letter(listed.name(), entry.get().content()));
      }
    }
    return List.copyOf(letters);
  }

  /** The ids of all, newest first: what their names have behind the folder. */
  public List<String> ids() throws HubException, InterruptedException {
    return store.list(FOLDER, Integer.MAX_VALUE).stream()
        .map(listed -> listed.name().substring(FOLDER.length()))
        .toList();
  }

  /** One of them; empty where there is none of that id. */
  public Optional<DeadLetter> find(String id) throws HubException, InterruptedException {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    Optional<StateStore.Entry> entry = store.read(FOLDER + id);
    return entry.isPresent()
        ? Optional.of(letter(FOLDER + id, entry.get().content()))
        : Optional.empty();
  }

  /** Removes one, which is dealt with. */
  public void remove(String id) throws HubException, InterruptedException {
    store.delete(FOLDER + id);
  }

  private DeadLetter letter(String name, byte[] content) throws HubException {
    JsonNode document = Documents.read(store, name, content);
    Map<String, String> attributes = new TreeMap<>();
    document
        .path("attributes")
        .properties()
        .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue().asText()));
    try {
      return new DeadLetter(
          document.path("stream").asText(),
          document.path("partition").asInt(),
          document.path("offset").asLong(),
          document.path("reason").asText(),
          attributes,
          document.has("routing_key") ? document.path("routing_key").binaryValue() : null,
          Base64.getDecoder().decode(document.path("payload").asText()),
          Instant.parse(document.path("at").asText()));
    } catch (IOException | DateTimeParseException | IllegalArgumentException e) {
      throw Documents.unreadable(store, name, e);
    }
  }
}
