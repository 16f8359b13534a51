package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Clustering;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.PolicyTags;
import com.google.cloud.bigquery.PrimaryKey;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.RoutineArgument;
import com.google.cloud.bigquery.RoutineId;
import com.google.cloud.bigquery.RoutineInfo;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLDataType;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.Table;
import com.google.cloud.bigquery.TableConstraints;
import com.google.cloud.bigquery.TableDataWriteChannel;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import com.google.cloud.bigquery.TimePartitioning;
import com.google.cloud.bigquery.ViewDefinition;
import com.google.cloud.bigquery.WriteChannelConfiguration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What both the stand-in and BigQuery do with resources and load jobs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ResourceContract {
  private static final Field ID =
      Field.newBuilder("id", StandardSQLTypeName.INT64).setMode(Field.Mode.REQUIRED).build();
  private static final Field NAME = Field.of("name", StandardSQLTypeName.STRING);
  private static final Field AT = Field.of("at_", StandardSQLTypeName.TIMESTAMP);

  Place place;

  abstract Place open() throws IOException;

  @BeforeAll
  void begin() throws IOException {
    place = open();
  }

  @AfterAll
  void end() {
    place.close();
  }

  private Table get(String table) {
    return place.bigQuery.getTable(TableId.of(place.dataset, table));
  }

  @Test
  void aDataSetIsMadeOnce() {
    assertThat(place.bigQuery.getDataset("nowhere")).isNull();
    assertThat(place.bigQuery.getDataset(place.dataset).getLocation()).isEqualTo("US");
    assertThatThrownBy(() -> place.bigQuery.create(DatasetInfo.of(place.dataset)))
        .isInstanceOfSatisfying(
            BigQueryException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(409);
              assertThat(e.getReason()).isEqualTo("duplicate");
            });
  }

  @Test
  void aDataSetsLabelsAreMerged() {
    place.bigQuery.update(
        DatasetInfo.newBuilder(place.dataset).setLabels(Map.of("a", "1", "b", "2")).build());
    place.bigQuery.update(
        DatasetInfo.newBuilder(place.dataset).setLabels(Map.of("b", "3")).build());
    assertThat(place.bigQuery.getDataset(place.dataset).getLabels())
        .containsEntry("a", "1")
        .containsEntry("b", "3");
  }

  @Test
  void aTableKeepsWhatItWasMadeWith() {
    place.bigQuery.create(
        TableInfo.newBuilder(
                TableId.of(place.dataset, "whole"),
                StandardTableDefinition.newBuilder()
                    .setSchema(Schema.of(ID, NAME, AT))
                    .setTimePartitioning(
                        TimePartitioning.newBuilder(TimePartitioning.Type.DAY)
                            .setField("at_")
                            .build())
                    .setClustering(Clustering.newBuilder().setFields(List.of("id")).build())
                    .setTableConstraints(
                        TableConstraints.newBuilder()
                            .setPrimaryKey(
                                PrimaryKey.newBuilder().setColumns(List.of("id")).build())
                            .build())
                    .build())
            .setDescription("all of it")
            .setLabels(Map.of("l", "v"))
            .build());
    Table table = get("whole");
    StandardTableDefinition definition = table.getDefinition();
    assertThat(Objects.requireNonNull(definition.getTimePartitioning()).getField())
        .isEqualTo("at_");
    assertThat(Objects.requireNonNull(definition.getClustering()).getFields())
        .containsExactly("id");
    assertThat(
            Objects.requireNonNull(definition.getTableConstraints()).getPrimaryKey().getColumns())
        .containsExactly("id");
    assertThat(definition.getSchema()).isEqualTo(Schema.of(ID, nullable(NAME), nullable(AT)));
    assertThat(table.getDescription()).isEqualTo("all of it");
    assertThat(table.getLabels()).containsEntry("l", "v");
    assertThat(table.getEtag()).isNotEmpty();
    assertThat(get("WHOLE")).isNull();
  }

  private static Field nullable(Field field) {
    return field.toBuilder().setMode(Field.Mode.NULLABLE).build();
  }

  private Table withSchema(String table, Field... columns) {
    return get(table).toBuilder()
        .setDefinition(StandardTableDefinition.of(Schema.of(columns)))
        .build();
  }

  @Test
  void columnsAreOnlyAddedAndRelaxed() throws Exception {
    place.table("grows", List.of(), ID, NAME);
    place.run("INSERT INTO " + place.name("grows") + " (id, name) VALUES (1, 'a')");

    withSchema("grows", ID, NAME, AT).update();
    withSchema("grows", nullable(ID), NAME, AT).update();
    assertThat(place.rows("SELECT * FROM " + place.name("grows"))).containsExactly("1|a|NULL");

    refused(withSchema("grows", nullable(ID), NAME));
    refused(withSchema("grows", ID, NAME, AT));
    refused(withSchema("grows", nullable(ID), Field.of("name", StandardSQLTypeName.INT64), AT));
    refused(withSchema("grows", nullable(ID), NAME, AT, ID.toBuilder().setName("must").build()));
  }

  private static void refused(Table table) {
    assertThatThrownBy(table::update)
        .isInstanceOfSatisfying(
            BigQueryException.class, e -> assertThat(e.getCode()).isEqualTo(400));
  }

  @Test
  void anEtagThatIsOldIsRefused() {
    place.table("tagged", List.of(), ID);
    Table first = get("tagged");
    first.toBuilder().setDescription("other").build().update();
    assertThat(get("tagged").getEtag()).isNotEqualTo(first.getEtag());
  }

  @Test
  void aViewTellsItsColumns() throws Exception {
    place.table("base", List.of(), ID, NAME);
    place.bigQuery.create(
        TableInfo.of(
            TableId.of(place.dataset, "view"),
            ViewDefinition.newBuilder("SELECT name, id + 1 AS next FROM " + place.name("base"))
                .setUseLegacySql(false)
                .build()));
    Table view = get("view");
    assertThat(Objects.requireNonNull(view.getDefinition().getSchema()).getFields())
        .extracting(Field::getName)
        .containsExactly("name", "next");
    assertThat(view.getDefinition().getType().name()).isEqualTo("VIEW");
    assertThatThrownBy(
            () ->
                place.bigQuery.create(
                    TableInfo.of(
                        TableId.of(place.dataset, "wrong"),
                        ViewDefinition.of("SELECT nope FROM " + place.name("base")))))
        .isInstanceOf(BigQueryException.class);
  }

  @Test
  void aTableFunctionIsARoutine() throws Exception {
    place.table("numbered", List.of(), ID);
    place.run("INSERT INTO " + place.name("numbered") + " (id) VALUES (1), (2), (3)");
    RoutineId id = RoutineId.of(place.dataset, "from_");
    assertThat(place.bigQuery.getRoutine(id)).isNull();
    RoutineInfo routine =
        RoutineInfo.newBuilder(id)
            .setRoutineType("TABLE_VALUED_FUNCTION")
            .setLanguage("SQL")
            .setArguments(
                List.of(
                    RoutineArgument.newBuilder()
                        .setName("least")
                        .setDataType(StandardSQLDataType.newBuilder("INT64").build())
                        .build()))
            .setBody("SELECT id FROM " + place.name("numbered") + " WHERE id >= least")
            .build();
    place.bigQuery.create(routine);
    assertThat(place.rows("SELECT id FROM " + place.name("from_") + "(2) ORDER BY id"))
        .containsExactly("2", "3");

    place.bigQuery.update(
        routine.toBuilder()
            .setBody("SELECT id FROM " + place.name("numbered") + " WHERE id > least")
            .build());
    assertThat(place.rows("SELECT id FROM " + place.name("from_") + "(2)")).containsExactly("3");
    assertThat(place.bigQuery.delete(id)).isTrue();
  }

  @Test
  void aTableIsGoneWhenItIsDeleted() {
    place.table("short", List.of(), ID);
    assertThat(place.bigQuery.delete(TableId.of(place.dataset, "short"))).isTrue();
    assertThat(get("short")).isNull();
    assertThat(place.bigQuery.delete(TableId.of(place.dataset, "short"))).isFalse();
  }

  private Job load(String table, String lines) throws Exception {
    TableDataWriteChannel channel =
        place.bigQuery.writer(
            WriteChannelConfiguration.newBuilder(
                    TableId.of(place.dataset, table), FormatOptions.json())
                .build());
    try (channel) {
      channel.write(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
    }
    return channel.getJob().waitFor();
  }

  @Test
  void loadsLinesOfJson() throws Exception {
    place.table(
        "loaded",
        List.of(),
        ID,
        AT,
        Field.of("n", StandardSQLTypeName.NUMERIC),
        Field.of("bin", StandardSQLTypeName.BYTES),
        Field.of("doc", StandardSQLTypeName.JSON));
    Job job =
        load(
            "loaded",
            """
            {"id": 1, "at_": "2024-01-02 03:04:05.123456 UTC", "n": "12.5", "bin": "AP8=", "doc": {"a": [1]}}
            {"id": "2", "at_": "2024-01-02T03:04:05Z", "n": 0.1}
            """);
    assertThat(job.getStatus().getError()).isNull();
    assertThat(
            place.rows(
                "SELECT id, UNIX_MICROS(at_), n, bin, doc FROM "
                    + place.name("loaded")
                    + " ORDER BY id"))
        .containsExactly(
            "1|1704164645123456|12.5|AP8=|{\"a\":[1]}", "2|1704164645000000|0.1|NULL|NULL");
  }

  @Test
  void loadsEveryTypeByItsDocumentedForm() throws Exception {
    place.table(
        "forms",
        List.of(),
        Field.of("b", StandardSQLTypeName.BOOL),
        Field.of("i", StandardSQLTypeName.INT64),
        Field.of("f", StandardSQLTypeName.FLOAT64),
        Field.of("n", StandardSQLTypeName.NUMERIC),
        Field.of("bn", StandardSQLTypeName.BIGNUMERIC),
        Field.of("s", StandardSQLTypeName.STRING),
        Field.of("y", StandardSQLTypeName.BYTES),
        Field.of("d", StandardSQLTypeName.DATE),
        Field.of("t", StandardSQLTypeName.TIME),
        Field.of("dt", StandardSQLTypeName.DATETIME),
        Field.of("ts", StandardSQLTypeName.TIMESTAMP));

    Job job =
        load(
            "forms",
            """
            {"b":true,"i":"-9223372036854775808","f":1.7976931348623157E308,"n":"-0.000000001","bn":"1.00000000000000000000000000000000000001","s":"a\\u0027 東京😀","y":"AP9h","d":"0001-01-01","t":"23:59:59.999999","dt":"9999-12-31T23:59:59.999999","ts":"0001-01-01 00:00:00.000001 UTC"}
            {"b":null}
            """);

    assertThat(job.getStatus().getError()).isNull();
    assertThat(
            place.rows(
                "SELECT b, i, f = 1.7976931348623157E308, n, bn, s = 'a\\' 東京😀', y, d, t, dt, UNIX_MICROS(ts) FROM "
                    + place.name("forms")
                    + " WHERE b"))
        .containsExactly(
            "true|-9223372036854775808|true|-0.000000001|1.00000000000000000000000000000000000001|true|AP9h|0001-01-01|23:59:59.999999|9999-12-31T23:59:59.999999|-62135596799999999");
  }

  @Test
  void aLoadIsAllOrNothing() throws Exception {
    place.table("half", List.of(), ID);
    assertThatThrownBy(() -> load("half", "{\"id\": 1}\n{\"id\": \"x\"}\n"))
        .isInstanceOfSatisfying(
            BigQueryException.class, e -> assertThat(e.getReason()).isEqualTo("invalid"));
    assertThat(place.rows("SELECT * FROM " + place.name("half"))).isEmpty();
  }

  @Test
  void aJobTellsItsStatistics() throws Exception {
    place.table("counted", List.of(), ID);
    Job job =
        place.bigQuery.create(
            JobInfo.of(
                QueryJobConfiguration.of(
                    "INSERT INTO " + place.name("counted") + " (id) VALUES (1), (2)")));
    job = job.waitFor();
    com.google.cloud.bigquery.JobStatistics.QueryStatistics statistics = job.getStatistics();
    assertThat(statistics.getNumDmlAffectedRows()).isEqualTo(2);
    assertThat(place.run("UPDATE " + place.name("counted") + " SET id = 3 WHERE id = 2"))
        .isNotNull();
    assertThat(place.rows("SELECT id FROM " + place.name("counted") + " ORDER BY id"))
        .containsExactly("1", "3");
  }

  /** A tag that is none is refused by BigQuery, so this is the stand-in's alone. */
  static PolicyTags tags(String name) {
    return PolicyTags.newBuilder().setNames(List.of(name)).build();
  }
}
