package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.Nearest;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.server.event.EventSchema;
import dev.renkei.server.event.EventSchemaException;
import dev.renkei.server.event.EventTypes;
import dev.renkei.sqlserver.SourceCheck.Finding;
import dev.renkei.steps.enrich.EnrichStep;
import dev.renkei.steps.enrich.Joining;
import dev.renkei.steps.feature.CompiledFeature;
import dev.renkei.steps.feature.FeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What features and rules can look at: the tables of the source, and those that flows make of them
 * and of what clients send.
 *
 * @param source the source's; null where it cannot be asked
 * @param schemas all whose columns are known, the source's among them
 * @param named all that there will be, as far as is known, also those whose columns are not
 * @param misfits features that do not go with what they are computed from
 */
record KnownTables(
    @Nullable List<TableSchema> source,
    List<TableSchema> schemas,
    List<TableName> named,
    List<Finding> misfits) {
  private static final Set<String> MADE = Set.of(EventsConfig.SCHEMA, FeatureConfig.SCHEMA);

  KnownTables {
    schemas = List.copyOf(schemas);
    named = List.copyOf(named);
    misfits = List.copyOf(misfits);
  }

  /**
   * Works them out.
   *
   * @param source null where it cannot be asked
   */
  static KnownTables of(Configuration config, @Nullable List<TableSchema> source) {
    return of(config.events(), eventSchemas(config), config.features(), source);
  }

  /**
   * The same.
   *
   * @param schemas of the events that can be read
   */
  static KnownTables of(
      EventsConfig events,
      List<TableSchema> schemas,
      List<FeatureConfig> features,
      @Nullable List<TableSchema> source) {
    Making making = new Making(source == null ? List.of() : source);
    making.events(events, schemas);
    List<Finding> misfits = making.features(features);
    return new KnownTables(
        source, List.copyOf(making.tables.values()), List.copyOf(making.named.values()), misfits);
  }

  /** Those whose schemas can be read: what is wrong with others is told as a fault of events. */
  private static List<TableSchema> eventSchemas(Configuration config) {
    try {
      return EventTypes.read(config.events()).schemas().values().stream()
          .map(EventSchema::table)
          .toList();
    } catch (EventSchemaException e) {
      return List.of();
    }
  }

  /** Whether there is such a table; true where the source would have to be asked. */
  boolean mayHave(TableName table) {
    return source == null || named.stream().anyMatch(name -> isAlike(name, table));
  }

  /** What to say of a table that there is not, or of a pattern that none matches. */
  Finding missing(String where, String from, String verb) {
    boolean made = MADE.stream().anyMatch(schema -> isIn(schema, from));
    String what =
        (made ? "no type of events, feature or tracked table %s `%s`" : "no tracked table %s `%s`")
            .formatted(verb, from);
    Optional<String> nearest = Nearest.to(from, named.stream().map(TableName::toString).toList());
    return new Finding(
        true,
        where,
        what + nearest.map(name -> "; the nearest is `%s`".formatted(name)).orElse(""),
        "Correct `from`, or track the table (`tables`).");
  }

  private static boolean isIn(String schema, String table) {
    return table.toLowerCase(Locale.ROOT).startsWith(schema + ".");
  }

  private static boolean isAlike(TableName one, TableName other) {
    return one.toString().equalsIgnoreCase(other.toString());
  }

  /** The tables so far. */
  private static final class Making {
    private final TreeMap<String, TableSchema> tables =
        new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final TreeMap<String, TableName> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Making(List<TableSchema> source) {
      source.forEach(this::add);
    }

    private void add(TableSchema table) {
      tables.put(table.table().toString(), table);
      name(table.table());
    }

    private void name(TableName table) {
      named.put(table.toString(), table);
    }

    void events(EventsConfig events, List<TableSchema> schemas) {
      events.types().forEach(type -> name(type.table()));
      events.joined().forEach(type -> name(type.enriched()));
      schemas.forEach(this::add);
      for (Joining joining : Joining.of(events)) {
        TableSchema event = tables.get(joining.events().toString());
        TableSchema master = tables.get(joining.join().master().toString());
        if (event != null
            && master != null
            && EnrichStep.misfit(joining, event, master).isEmpty()) {
          add(EnrichStep.table(joining, event, master));
        }
      }
    }

    /** Each when the one that it is computed from has been; tells what is wrong. */
    List<Finding> features(List<FeatureConfig> features) {
      features.forEach(feature -> name(feature.table()));
      List<Finding> misfits = new ArrayList<>();
      List<FeatureConfig> left = new ArrayList<>(features);
      boolean more = true;
      while (more) {
        more = false;
        for (FeatureConfig feature : List.copyOf(left)) {
          TableSchema from = tables.get(feature.from().toString());
          if (from != null) {
            left.remove(feature);
            more = true;
            compile(feature, from, misfits);
          }
        }
      }
      return misfits;
    }

    private void compile(FeatureConfig feature, TableSchema from, List<Finding> misfits) {
      String where = "features." + feature.name();
      try {
        add(CompiledFeature.compile(feature, from).table());
      } catch (FeatureException e) {
        for (String problem : e.problems()) {
          String what =
              problem.startsWith(where) ? problem.substring(where.length() + 1).strip() : problem;
          misfits.add(new Finding(true, where, what, "Correct the expression (docs/features.md)."));
        }
      }
    }
  }
}
