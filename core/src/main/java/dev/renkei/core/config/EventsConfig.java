package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events that clients send, and the collector that takes them ({@code docs/events.md}).
 *
 * @param types in the order of the file; empty where there are none
 */
public record EventsConfig(List<Type> types, Collector collector) {
  /** The schema under which events are tables: {@code events.page_view}. */
  public static final String SCHEMA = "events";

  /** What the table of events that were joined is called, behind the type. */
  public static final String ENRICHED = "_enriched";

  public EventsConfig {
    types = List.copyOf(types);
  }

  /** No events. */
  public static final EventsConfig NONE = new EventsConfig(List.of(), Collector.DEFAULT);

  public boolean isEmpty() {
    return types.isEmpty();
  }

  /** The types that are joined with a master. */
  public List<Type> joined() {
    return types.stream().filter(type -> type.join() != null).toList();
  }

  public Optional<Type> type(String name) {
    return types.stream().filter(type -> type.name().equals(name)).findFirst();
  }

  /**
   * A kind of event.
   *
   * @param schema the file with its JSON Schema, absolute
   * @param rate how many of them one client may send
   * @param maxBytes of one event as JSON
   */
  public record Type(String name, Path schema, @Nullable Join join, Rate rate, long maxBytes) {
    public Type {
      if (!schema.isAbsolute() || maxBytes < 1) {
        throw new IllegalArgumentException("events.%s: %s".formatted(name, schema));
      }
    }

    /** Its table. */
    public TableName table() {
      return new TableName(SCHEMA, name);
    }

    /** The table of its events with their masters' columns. */
    public TableName enriched() {
      return new TableName(SCHEMA, name + ENRICHED);
    }
  }

  /** What becomes of an event whose master has not come when the wait is over. */
  public enum Missing {
    /** It goes on without. */
    EMIT,
    /** It does not go on; the event itself stays in its table. */
    DROP,
    DEAD_LETTER
  }

  /** What becomes of an event that went on, when its master comes or changes later. */
  public enum LateMaster {
    /** It stays as it went on. */
    KEEP,
    /** It goes on again, with the master as it is then, once: when its missing master comes. */
    UPDATE
  }

  /**
   * With what events are joined.
   *
   * @param master a tracked table whose key is one column
   * @param on the property of the event that names the master's key
   * @param prefix before the names of the master's columns
   * @param columns of the master; empty for all but the key
   * @param patience how long an event waits for a master that is not known
   */
  public record Join(
      TableName master,
      String on,
      String prefix,
      List<String> columns,
      Duration patience,
      Missing then,
      LateMaster lateMaster)
      implements Serializable {
    public Join {
      columns = List.copyOf(columns);
      if (lateMaster == LateMaster.UPDATE && then != Missing.EMIT) {
        throw new IllegalArgumentException(
            "`late_master: update` needs `then: emit`: what was not emitted cannot be updated");
      }
    }
  }

  /**
   * The server that takes events.
   *
   * @param keys what clients must present one of; empty where loopback alone protects it
   * @param origins pages that may send, exactly as browsers name them
   * @param maxRequestBytes of one request
   * @param maxBatch events in one request
   * @param bufferBytes of all requests under way
   * @param patience how long the hub may take before a client is told to come again
   */
  public record Collector(
      ListenAddress listen,
      List<Secret> keys,
      List<String> origins,
      long maxRequestBytes,
      int maxBatch,
      long bufferBytes,
      Duration patience) {
    /** On loopback, without keys. */
    public static final Collector DEFAULT =
        new Collector(
            new ListenAddress("127.0.0.1", 8090),
            List.of(),
            List.of(),
            1 << 20,
            1000,
            64 << 20,
            Duration.ofSeconds(10));

    public Collector {
      keys = List.copyOf(keys);
      origins = List.copyOf(origins);
      if (keys.isEmpty() && !listen.isLoopback()) {
        throw new IllegalArgumentException(
            "listening on %s lets other machines in: give `api_keys`, or listen on 127.0.0.1"
                .formatted(listen));
      }
      if (bufferBytes < maxRequestBytes) {
        throw new IllegalArgumentException("`buffer` is smaller than one request of `max_request`");
      }
    }
  }
}
