package dev.renkei.cli.deploy;

import static dev.renkei.cli.deploy.Effect.danger;
import static dev.renkei.cli.deploy.Effect.note;
import static dev.renkei.cli.deploy.Effect.reload;
import static dev.renkei.cli.deploy.Effect.rights;
import static dev.renkei.cli.deploy.Part.COLLECTOR;
import static dev.renkei.cli.deploy.Part.FLOWS;
import static dev.renkei.cli.deploy.Part.LOADERS;
import static dev.renkei.cli.deploy.Part.PIPELINES;
import static dev.renkei.cli.deploy.Part.PROCESSES;
import static dev.renkei.cli.deploy.Part.TRACKERS;

import dev.renkei.cli.deploy.Effect.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a change of each key means, as {@code docs/semantics.md} and the pages of the parts say. */
final class Rules {
  private static final Set<Part> ALL = EnumSet.allOf(Part.class);
  private static final Set<Part> TRACKERS_ALONE = EnumSet.of(TRACKERS);
  private static final Set<Part> LOADERS_ALONE = EnumSet.of(LOADERS);
  private static final Set<Part> FLOWS_ALONE = EnumSet.of(FLOWS);
  private static final Set<Part> PIPELINES_ALONE = EnumSet.of(PIPELINES);

  private static final String OF_EVERY_ID =
      "it is part of every id, topic and group: with another one this is another installation, which begins with nothing and leaves the old one's data where they are";
  private static final String ANOTHER_HUB =
      "cursors, positions and schemas stay in the old hub: with another one every table is loaded again, and what is under way there is left";

  /** The first that fits a change holds. */
  private static final List<Rule> ALL_RULES = all();

  private Rules() {}

  /** Empty for a key that nobody has thought of. */
  static Optional<Rule> of(Change change) {
    return ALL_RULES.stream().filter(rule -> rule.fits(change)).findFirst();
  }

  private static List<Rule> all() {
    List<Rule> all = new ArrayList<>();
    all.addAll(identity());
    all.addAll(source());
    all.addAll(tables());
    all.addAll(privacy());
    all.addAll(warehouses());
    all.addAll(flows());
    all.addAll(theProcess());
    return List.copyOf(all);
  }

  private static List<Rule> identity() {
    return List.of(
        Rule.always("name|source\\.name|hub\\.topic_prefix", ALL, Kind.DANGER, OF_EVERY_ID),
        Rule.always("hub\\.(type|project|state|endpoint\\..*)", ALL, Kind.DANGER, ANOTHER_HUB),
        Rule.always(
            "hub\\.bootstrap_servers",
            ALL,
            Kind.DANGER,
            "other brokers of the same cluster change nothing; of another cluster: " + ANOTHER_HUB),
        Rule.always(
            "data_dir",
            PROCESSES,
            Kind.DANGER,
            "the embedded broker, the state of flows and files of loaders lie there: without them tables are loaded again. Stop everything, move the folder, start"),
        Rule.always(
            "hub\\.partitions",
            Set.of(),
            Kind.NOTE,
            "it counts when topics are made; those that are there keep their partitions"),
        Rule.always(
            "hub\\.retention",
            ALL,
            Kind.NOTE,
            "topics and subscriptions that are there keep theirs until they are altered by the hub's own tools"),
        Rule.of("hub\\..*", ALL));
  }

  private static List<Rule> source() {
    return List.of(
        Rule.always(
            "source\\.sqlserver\\.database",
            TRACKERS_ALONE,
            Kind.DANGER,
            "another database under the same source.name counts as a restore: a new epoch begins, and every table is loaded again"),
        Rule.always(
            "source\\.sqlserver\\.(host|port)",
            TRACKERS_ALONE,
            Kind.NOTE,
            "another route to the same database changes nothing; another database counts as a restore, after which every table is loaded again"),
        Rule.always(
            "source\\.sqlserver\\.(username|password|authentication|domain)",
            TRACKERS_ALONE,
            Kind.RIGHTS,
            "the login needs the rights of docs/source-database.md; `renkei check` tells which are missing"),
        Rule.of(
            "source\\.isolation",
            TRACKERS_ALONE,
            (change, match) ->
                "snapshot".equals(change.to())
                    ? List.of(
                        rights(change.key(), "the database must have ALLOW_SNAPSHOT_ISOLATION ON"))
                    : List.of()),
        Rule.of("source\\..*", TRACKERS_ALONE),
        Rule.always(
            "trackers\\.mode",
            TRACKERS_ALONE,
            Kind.NOTE,
            "trackers of two modes end each other's work: all are stopped before the first is started"),
        Rule.always(
            "trackers\\.count",
            TRACKERS_ALONE,
            Kind.NOTE,
            "`up` runs so many; those that are processes of their own are started or stopped by you"),
        Rule.of("trackers\\..*", TRACKERS_ALONE));
  }

  private static List<Rule> tables() {
    return List.of(
        Rule.of(
            "tables\\.(include|exclude)",
            TRACKERS_ALONE,
            (change, match) -> {
              boolean including = match.group(1).equals("include");
              List<Effect> effects = new ArrayList<>();
              (including ? change.more() : change.less()).forEach(p -> effects.addAll(joins(p)));
              (including ? change.less() : change.more()).forEach(p -> effects.add(leaves(p)));
              return effects;
            }),
        Rule.of(
            "tables\\.override\\.(.+)\\.exclude_columns",
            TRACKERS_ALONE,
            (change, match) -> {
              List<Effect> effects = new ArrayList<>();
              change.less().forEach(column -> effects.addAll(columnJoins(match.group(1), column)));
              change.more().forEach(column -> effects.add(columnLeaves(match.group(1), column)));
              return effects;
            }),
        Rule.of(
            "tables\\.override\\.(.+)\\.where",
            TRACKERS_ALONE,
            (change, match) ->
                List.of(
                    reload(
                        match.group(1),
                        "its filter changes: it is loaded again once no tracker runs the old configuration; rows that no longer fit are deleted by that"))),
        Rule.of("tables\\..*", TRACKERS_ALONE));
  }

  private static List<Effect> joins(String pattern) {
    return List.of(
        rights(
            pattern,
            "tables that join need Change Tracking and the login's rights; `renkei check` writes the T-SQL"),
        reload(pattern, "tables that join are loaded once, then followed"));
  }

  private static Effect leaves(String pattern) {
    return note(
        pattern,
        "tables that leave are no longer followed; their rows stay in hub and warehouses as they were last");
  }

  private static List<Effect> columnJoins(String table, String column) {
    return List.of(
        rights(table, "the login must be allowed to read the column " + column),
        reload(
            table,
            "the column %s joins: the table is loaded again once no tracker runs the old configuration"
                .formatted(column)));
  }

  private static Effect columnLeaves(String table, String column) {
    return note(
        table,
        "the column %s is no longer read; warehouses keep it with the values that it had last"
            .formatted(column));
  }

  private static List<Rule> privacy() {
    return List.of(
        Rule.of(
            "privacy\\.columns\\.(.+)\\.policy_tag",
            LOADERS_ALONE,
            (change, match) ->
                List.of(
                    rights(
                        match.group(1),
                        "the loader needs Fine-Grained Reader on the tag. Tags are set on columns that are made from now on; those that are there keep theirs"))),
        Rule.always(
            "privacy\\..*",
            FLOWS_ALONE,
            Kind.RELOAD,
            "the masked side is loaded again, all tables; a column whose type changes by that needs a new masked warehouse. On Pub/Sub: `renkei reload` each table"));
  }

  private static List<Rule> warehouses() {
    return List.of(
        Rule.of(
            "warehouses\\.([^.]+)\\.(type|path|project|dataset)",
            LOADERS_ALONE,
            (change, match) -> List.of(anotherWarehouse(change, match.group(1)))),
        Rule.of(
            "warehouses\\.([^.]+)\\.enabled",
            LOADERS_ALONE,
            (change, match) ->
                "true".equals(change.to())
                    ? List.of(
                        reload(
                            match.group(1),
                            "it goes on where it was; where that is no longer in the hub, every table is loaded again"))
                    : List.of(note(match.group(1), "it stays as it is"))),
        Rule.of(
            "warehouses\\.([^.]+)\\.from",
            LOADERS_ALONE,
            (change, match) ->
                change.from() == null || change.to() == null
                    ? List.of()
                    : List.of(
                        danger(
                            match.group(1),
                            "its tables hold rows of the other side: give it a new path or dataset as well"))),
        Rule.of(
            "warehouses\\.([^.]+)\\.table",
            LOADERS_ALONE,
            (change, match) ->
                change.from() == null || change.to() == null
                    ? List.of()
                    : List.of(
                        note(
                            match.group(1),
                            "tables are made anew under the new names and empty: `renkei reload` each; the old ones stay"))),
        Rule.of(
            "warehouses\\.([^.]+)\\.by",
            EnumSet.of(LOADERS, PIPELINES),
            (change, match) ->
                change.from() == null || change.to() == null
                    ? List.of()
                    : List.of(
                        note(
                            match.group(1),
                            "never both at once: stop the one, wait until `_renkei_spools` is empty, then start the other"))),
        Rule.of("warehouses\\..*", LOADERS_ALONE));
  }

  private static Effect anotherWarehouse(Change change, String name) {
    if (change.to() == null) {
      return note(
          name,
          "it is no longer loaded and stays as it is; on Pub/Sub delete its subscription, which would hold messages");
    }
    return change.from() == null
        ? reload(
            name,
            "a new warehouse is loaded from the source, every table; its account needs the rights of its page")
        : reload(
            name,
            "it is another warehouse now, loaded from the source, every table; the old one stays as it is");
  }

  private static List<Rule> flows() {
    return List.of(
        Rule.of(
            "features\\.([^.]+)\\..*",
            FLOWS_ALONE,
            (change, match) ->
                List.of(
                    note(
                        match.group(1),
                        change.to() == null
                            ? "what it computed stays where it is"
                            : "windows begin with what comes; `renkei backfill %s` computes the past from the hub"
                                .formatted(match.group(1))))),
        Rule.of(
            "rules\\.([^.]+)\\..*",
            FLOWS_ALONE,
            (change, match) ->
                List.of(
                    note(
                        match.group(1),
                        change.to() == null
                            ? "nobody is told any more"
                            : "rows that it has not seen are learnt first: a rule that looks at `before` is false for them"))),
        Rule.of(
            "events\\.([^.]+)\\..*",
            EnumSet.of(COLLECTOR, FLOWS),
            (change, match) ->
                List.of(
                    note(
                        match.group(1),
                        change.to() == null
                            ? "events of this type are refused; its table stays"
                            : "clients that send what no longer fits are refused"))),
        Rule.always(
            "collector\\.api_keys",
            EnumSet.of(COLLECTOR),
            Kind.RIGHTS,
            "clients need one of the keys; let both be valid while they change"),
        Rule.of("collector\\..*", EnumSet.of(COLLECTOR)),
        Rule.always(
            "pipelines\\.dedupe",
            ALL,
            Kind.NOTE,
            "never both engines at once: stop the one before the other starts. On Pub/Sub trackers publish to another topic by it"),
        Rule.always(
            "pipelines\\.(enrich|rules|features)",
            EnumSet.of(FLOWS, PIPELINES),
            Kind.NOTE,
            "never both engines at once: stop the one before the other starts"),
        Rule.always(
            "pipelines\\.filter\\..*",
            EnumSet.of(FLOWS, PIPELINES),
            Kind.NOTE,
            "what did not pass before is not in the hub: `renkei reload` the tables that pass from now on"),
        Rule.of("pipelines\\..*", PIPELINES_ALONE),
        Rule.always(
            "bigtable\\..*",
            EnumSet.of(FLOWS, PIPELINES),
            Kind.RIGHTS,
            "the pipelines' account needs roles/bigtable.user there; `renkei reload` brings the rows"));
  }

  private static List<Rule> theProcess() {
    return List.of(
        Rule.always(
            "server\\.token",
            PROCESSES,
            Kind.RIGHTS,
            "whoever asks the control endpoint needs the new token: scripts, scrapers, health checks of more than /health"),
        Rule.of("(server|objectives|alerts|verify)(\\W.*)?", PROCESSES),
        Rule.of("version", PROCESSES));
  }
}
