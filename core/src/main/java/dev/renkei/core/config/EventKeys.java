package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.EventsConfig.Collector;
import dev.renkei.core.config.EventsConfig.Join;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.config.EventsConfig.Type;
import dev.renkei.core.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sections {@code events} and {@code collector}. */
final class EventKeys {
  /** A master and the property that names it, as it is written. */
  private record JoinText(TableName master, String on) {
    private static final Pattern FORM = Pattern.compile("(\\S+\\.\\S.*?) on (\\S+)");

    static JoinText parse(String text) {
      Matcher matcher = FORM.matcher(text.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not of the form dbo.Customers on customer_id");
      }
      return new JoinText(TableName.parse(matcher.group(1)), matcher.group(2));
    }

    /** {@code customer_} of {@code customer_id}. */
    String prefix() {
      return on.replaceFirst("(?i)_?id$", "") + "_";
    }
  }

  private static final ValueKey<Path> SCHEMA =
      ValueKey.required(
          "schema",
          ValueType.path(),
          "The JSON Schema of its `data` (draft 2020-12); its properties become the columns of the table `events.TYPE`.");
  private static final ValueKey<JoinText> JOIN =
      ValueKey.optional(
          "join",
          ValueType.of(
              JoinText.class,
              "a table and a property, for example `dbo.Customers on customer_id`",
              JoinText::parse),
          "With which rows its events are joined: the table `events.TYPE_enriched` has them with the columns of the master.");
  private static final ValueKey<String> PREFIX =
      ValueKey.optional(
          "prefix",
          ValueType.text("letters, digits and `_`, up to 64", "[A-Za-z][A-Za-z0-9_]{0,63}"),
          "Before the names of the master's columns. By default the property without `_id`, and `_`: `customer_`.");
  private static final ListKey<String> COLUMNS =
      new ListKey<>(
          "columns",
          ValueType.text("a column", "(?s).+"),
          List.of(),
          "Which columns of the master are added. By default all but the key.");
  private static final ValueKey<Duration> WAIT =
      ValueKey.of(
          "wait",
          ValueType.duration("0s", "1h"),
          "10s",
          "How long an event waits for a master that has not come yet.");
  private static final ValueKey<Missing> THEN =
      ValueKey.of(
          "then",
          ValueType.choice(Missing.class),
          "emit",
          "What becomes of an event whose master has not come until then; `emit` leaves the columns of the master empty.");
  private static final ValueKey<LateMaster> LATE_MASTER =
      ValueKey.of(
          "late_master",
          ValueType.choice(LateMaster.class),
          "keep",
          "Whether an event that was emitted without its master is emitted again, with it, when the master comes.");
  private static final ValueKey<Rate> RATE =
      ValueKey.of(
          "rate_limit",
          ValueType.of(Rate.class, "N/duration, for example `500/s` or `1000/10m`", Rate::parse),
          "1000/s",
          "How many one client may send: one key, or without keys one address.");
  private static final ValueKey<Long> MAX_SIZE =
      ValueKey.of(
          "max_size", ValueType.size("64B", "1MiB"), "64KiB", "Of one event's `data` as JSON.");

  static final Named EVENTS =
      new Named(
          "events",
          "TYPE",
          ValueType.text(
              "a name of letters, digits and `_`, up to 64, that does not end in `_enriched` or `_changes`",
              "(?!.*_(enriched|changes)$)[A-Za-z][A-Za-z0-9_]{0,63}"),
          Group.of(
              "events",
              "Events of a type (docs/events.md).",
              SCHEMA,
              JOIN,
              PREFIX,
              COLUMNS,
              WAIT,
              THEN,
              LATE_MASTER,
              RATE,
              MAX_SIZE),
          "Events that clients send.");

  private static final ValueKey<ListenAddress> LISTEN =
      ValueKey.of(
          "listen",
          ValueType.of(
              ListenAddress.class, "an address host:port, port 0 for any", ListenAddress::parse),
          "127.0.0.1:8090",
          "Where clients send events; not only loopback needs `api_keys`.");
  private static final ListKey<Secret> KEYS =
      new ListKey<>(
          "api_keys",
          ValueType.secret("a text, best as ${NAME} or ${file:PATH}"),
          List.of(),
          "What clients must present one of.");
  private static final ListKey<String> ORIGINS =
      new ListKey<>(
          "origins",
          ValueType.text(
              "an origin as browsers send it, for example https://shop.example",
              "https?://[a-z0-9.-]+(:\\d{1,5})?"),
          List.of(),
          "Pages that may send events.");
  private static final Group CORS = Group.of("cors", "Browsers of other sites.", ORIGINS);
  private static final ValueKey<Long> MAX_REQUEST =
      ValueKey.of(
          "max_request", ValueType.size("1KiB", "16MiB"), "1MiB", "Of one request, also a batch.");
  private static final ValueKey<Integer> MAX_BATCH =
      ValueKey.of("max_batch", ValueType.number(1, 10_000), "1000", "Events in one request.");
  private static final ValueKey<Long> BUFFER =
      ValueKey.of(
          "buffer",
          ValueType.size("1MiB", "1GiB"),
          "64MiB",
          "Of all requests under way; beyond it clients are told to come again.");
  private static final ValueKey<Duration> PATIENCE =
      ValueKey.of(
          "patience",
          ValueType.duration("1s", "1m"),
          "10s",
          "How long the hub may take before clients are told to come again.");
  static final Group COLLECTOR =
      Group.of(
          "collector",
          "The server that takes events from clients (docs/events.md); it runs where `events` names a type.",
          LISTEN,
          KEYS,
          CORS,
          MAX_REQUEST,
          MAX_BATCH,
          BUFFER,
          PATIENCE);

  private EventKeys() {}

  /**
   * The section; null after a fault of the collector's.
   *
   * @param tables null where it could not be read
   */
  static @Nullable EventsConfig read(
      Values root, Path folder, @Nullable TablesConfig tables, Reading reading) {
    List<Type> types = new ArrayList<>();
    root.get(EVENTS)
        .forEach(
            (name, section) -> {
              refuseNotThere(section, folder, reading);
              refuseUntracked(section, tables, reading);
              Type type = reading.make(section, v -> type(name, v, folder));
              if (type != null) {
                types.add(type);
              }
            });
    Values server = root.get(COLLECTOR);
    if (!server.get(CORS).isSound()) {
      return null;
    }
    Collector collector = reading.make(server, EventKeys::collector);
    return collector == null ? null : new EventsConfig(types, collector);
  }

  private static void refuseNotThere(Values section, Path folder, Reading reading) {
    Path schema = section.find(SCHEMA);
    if (schema != null && !Files.isReadable(folder.resolve(schema))) {
      String path = Reading.child(section.path(), SCHEMA.name());
      reading.fault(
          section, path, section.line(), schema.toString(), "no such file that can be read");
    }
  }

  private static void refuseUntracked(
      Values section, @Nullable TablesConfig tables, Reading reading) {
    JoinText join = section.find(JOIN);
    if (join != null && tables != null && !tables.matches(join.master())) {
      String path = Reading.child(section.path(), JOIN.name());
      String problem = "`tables` leave this table out, so that no row of it would come";
      reading.fault(section, path, section.line(), join.master().toString(), problem);
    }
  }

  private static Type type(String name, Values v, Path folder) {
    JoinText join = v.find(JOIN);
    if (join == null && (!v.get(COLUMNS).isEmpty() || v.find(PREFIX) != null)) {
      throw new IllegalArgumentException("`columns` and `prefix` go with `join`");
    }
    return new Type(
        name,
        folder.resolve(v.get(SCHEMA)).normalize(),
        join == null ? null : join(join, v),
        v.get(RATE),
        v.get(MAX_SIZE));
  }

  private static Join join(JoinText join, Values v) {
    return new Join(
        join.master(),
        join.on(),
        v.get(PREFIX, join.prefix()),
        v.get(COLUMNS),
        v.get(WAIT),
        v.get(THEN),
        v.get(LATE_MASTER));
  }

  private static Collector collector(Values v) {
    return new Collector(
        v.get(LISTEN),
        v.get(KEYS),
        v.get(CORS).get(ORIGINS),
        v.get(MAX_REQUEST),
        v.get(MAX_BATCH),
        v.get(BUFFER),
        v.get(PATIENCE));
  }
}
