package dev.renkei.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.steps.flow.MadeTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides of each event that a client sends, and makes its message. An event is a row that is never
 * altered: every one has the same sequence, so that a repeated one falls out wherever changes are
 * judged by it. Thread-safe.
 */
public final class Intake {
  /** Of every event. */
  public static final Sequence SEQUENCE = new Sequence(1, 1, 0);

  /** Nothing that a key's folding would take for something else. */
  private static final Pattern ID =
      Pattern.compile("[\\x21-\\x7e]{1," + EventSchema.LONGEST_ID + "}");

  private final Map<String, Kind> kinds = new HashMap<>();
  private final MessageCodec codec;
  private final Supplier<String> ids;
  private final RateLimits limits;
  private final String source;

  private record Kind(EventsConfig.Type type, EventSchema schema, MadeTable table) {}

  /**
   * @param source the configured name of the source, of which events are tables
   * @param ids makes ids for those who give none
   * @param nanos a clock that only goes on
   */
  public Intake(
      EventsConfig config,
      EventTypes types,
      String source,
      Supplier<String> ids,
      LongSupplier nanos) {
    for (EventsConfig.Type type : config.types()) {
      EventSchema schema = types.schemas().get(type.name());
      if (schema == null) {
        throw new IllegalArgumentException("no schema of events." + type.name());
      }
      kinds.put(type.name(), new Kind(type, schema, new MadeTable(source, schema.table())));
    }
    this.codec = new MessageCodec(source);
    this.ids = ids;
    this.limits = new RateLimits(nanos);
    this.source = source;
  }

  /**
   * Sees that the hub has the schemas: durable when it returns. A schema that is new of its table
   * is the current one.
   */
  public void store(SchemaStore store) throws HubException, InterruptedException {
    for (Kind kind : kinds.values()) {
      var known = store.of(source, kind.table().schema().table());
      boolean there =
          known.stream().anyMatch(record -> record.schemaId().equals(kind.table().schemaId()));
      if (!there) {
        long latest = known.stream().mapToLong(r -> r.firstSeen().version()).max().orElse(0);
        store.put(
            new SchemaRecord(
                source,
                kind.table().schemaId(),
                kind.table().schema(),
                new Sequence(SEQUENCE.epoch(), latest + 1, 0)));
      }
    }
  }

  /**
   * Decides.
   *
   * @param client who sends it, for its limit
   * @param requestBytes of the whole request, which no event of it exceeds
   */
  public Judged judge(String client, JsonNode event, long requestBytes, Instant now) {
    String misfit = Submission.misfit(event);
    String type = event.path("type").textValue();
    JsonNode given = event.path("id");
    String id = given.isMissingNode() || given.isNull() ? ids.get() : given.textValue();
    if (!misfit.isEmpty() || type == null) {
      return refused(null, null, 400, misfit);
    }
    if (id == null || !ID.matcher(id).matches()) {
      return refused(
          type,
          null,
          400,
          "`id` is a text of 1 to %d visible ASCII characters without spaces"
              .formatted(EventSchema.LONGEST_ID));
    }
    Kind kind = kinds.get(type);
    if (kind == null) {
      return refused(null, id, 404, "no events of this type are taken");
    }
    Duration wait = limits.take(client, type, kind.type().rate());
    if (!wait.isZero()) {
      return new Judged.Refused(
          type, id, 429, "more events of this type than your limit", List.of(), wait);
    }
    JsonNode data = event.get("data");
    if (requestBytes > kind.type().maxBytes() && bytes(data) > kind.type().maxBytes()) {
      return refused(
          type, id, 413, "`data` is longer than %,d bytes".formatted(kind.type().maxBytes()));
    }
    return admitted(kind, id, data, now.truncatedTo(ChronoUnit.MICROS));
  }

  private static int bytes(JsonNode data) {
    return EventJson.write(data).getBytes(StandardCharsets.UTF_8).length;
  }

  private Judged admitted(Kind kind, String id, JsonNode data, Instant now) {
    try {
      Change change =
          kind.table().row(ChangeType.INSERT, SEQUENCE, kind.schema().row(id, data, now), now, now);
      return new Judged.Admitted(
          kind.type().name(), id, codec.encode(change, kind.table().schema()));
    } catch (EventSchema.RefusedException e) {
      return new Judged.Refused(
          kind.type().name(),
          id,
          400,
          "the event does not fit the schema of its type",
          e.violations(),
          null);
    }
  }

  private static Judged refused(
      @Nullable String type, @Nullable String id, int status, String message) {
    return new Judged.Refused(type, id, status, message, List.of(), null);
  }
}
