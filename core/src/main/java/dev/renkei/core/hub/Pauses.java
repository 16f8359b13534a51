package dev.renkei.core.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.hub.ClaimStore.Claim;
import dev.renkei.core.hub.Pause.Kind;
import dev.renkei.core.hub.Pause.Part;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What rests, the same for all processes of an installation and kept until it is resumed: a list
 * whose versions are claims by number, so that of two operators who change it at once neither
 * undoes the other. Thread-safe.
 */
public final class Pauses {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String SUBJECT = "pauses/";

  private final ClaimStore claims;
  private long version;
  private Map<Part, Pause> held = Map.of();

  public Pauses(ClaimStore claims) {
    this.claims = claims;
  }

  /** All of them as of now, the oldest first. */
  public synchronized Collection<Pause> look() throws HubException, InterruptedException {
    // A store may take a request for each version: strides find the newest of many with few.
    for (long stride = 1; true; ) {
      Optional<Claim> found = claims.holder(SUBJECT + (version + stride));
      if (found.isPresent()) {
        held = read(found.get().content());
        version += stride;
        stride *= 2;
      } else if (stride == 1) {
        return List.copyOf(held.values());
      } else {
        stride = 1;
      }
    }
  }

  /**
   * Lets a part rest; where it rests already, the reason is replaced.
   *
   * @param who for people who look into the hub
   */
  public void pause(Pause pause, String who) throws HubException, InterruptedException {
    change(
        who,
        before -> {
          Map<Part, Pause> after = new LinkedHashMap<>(before);
          after.put(pause.part(), pause);
          return after;
        });
  }

  /**
   * Lets parts go on.
   *
   * @return those that had rested
   */
  public synchronized List<Pause> resume(Collection<Part> parts, String who)
      throws HubException, InterruptedException {
    List<Pause> rested = look().stream().filter(pause -> parts.contains(pause.part())).toList();
    change(
        who,
        before -> {
          Map<Part, Pause> after = new LinkedHashMap<>(before);
          after.keySet().removeAll(parts);
          return after;
        });
    return rested;
  }

  private synchronized void change(String who, UnaryOperator<Map<Part, Pause>> step)
      throws HubException, InterruptedException {
    while (true) {
      var unused = look();
      Map<Part, Pause> wanted = step.apply(held);
      if (wanted.equals(held)) {
        return;
      }
      Claim won = claims.claim(SUBJECT + (version + 1), who, write(wanted.values()));
      held = read(won.content());
      version++;
    }
  }

  static String write(Collection<Pause> pauses) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      for (Pause pause : pauses) {
        json.writeStartObject();
        json.writeStringField("kind", pause.part().kind().name());
        json.writeStringField("name", pause.part().name());
        json.writeStringField("reason", pause.reason());
        json.writeStringField("since", pause.since().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /** Reads them back; fields of later versions are passed over. */
  static Map<Part, Pause> read(String text) throws HubException {
    Map<Part, Pause> pauses = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("not a list");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        Pause pause = pause(json);
        pauses.put(pause.part(), pause);
      }
      return pauses;
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new HubException(
          "what is paused cannot be read: %s. A later version of Renkei may have written it."
              .formatted(e.getMessage()),
          e);
    }
  }

  private static Pause pause(JsonParser json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      if (json.nextToken().isScalarValue()) {
        fields.put(name, json.getText());
      } else {
        json.skipChildren();
      }
    }
    return new Pause(
        new Part(Kind.valueOf(fields.getOrDefault("kind", "")), fields.getOrDefault("name", "")),
        fields.getOrDefault("reason", ""),
        Instant.parse(fields.getOrDefault("since", "")));
  }
}
