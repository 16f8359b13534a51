package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FieldList;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.QueryParameterValue;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableResult;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both the stand-in and BigQuery answer to queries. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QueryContract {
  private Place place;

  abstract Place open() throws IOException;

  @BeforeAll
  void begin() throws Exception {
    place = open();
    place.table(
        "log",
        List.of(),
        Field.of("k", StandardSQLTypeName.STRING),
        Field.of("seq", StandardSQLTypeName.NUMERIC),
        Field.of("kind", StandardSQLTypeName.STRING),
        Field.of("moment", StandardSQLTypeName.TIMESTAMP),
        Field.of("big", StandardSQLTypeName.BIGNUMERIC),
        Field.of("doc", StandardSQLTypeName.JSON));
    place.run(
        "INSERT INTO "
            + place.name("log")
            + " (k, seq, kind, moment, big, doc) SELECT 'a', NUMERIC '1', 'I',"
            + " TIMESTAMP '2024-01-01 00:00:00+00', BIGNUMERIC '10', JSON '{\"n\": 1, \"o\": {\"x y\": \"deep\"}}'"
            + " UNION ALL SELECT 'a', NUMERIC '3', 'U', TIMESTAMP '2024-01-03 00:00:00+00', BIGNUMERIC '9', NULL"
            + " UNION ALL SELECT 'b', NUMERIC '2', 'I', TIMESTAMP '2024-01-02 12:30:00+00', BIGNUMERIC '-1.5', NULL"
            + " UNION ALL SELECT 'b', NUMERIC '4', 'D', TIMESTAMP '2024-01-04 00:00:00+00', NULL, NULL");
  }

  @AfterAll
  void end() {
    place.close();
  }

  /** {@code LOG} stands for the table; rows are divided by slashes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "SELECT k FROM LOG QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY seq DESC) = 1 ORDER BY k # a/b",
        "SELECT * EXCEPT (big, doc, moment) FROM LOG WHERE seq = 1 # a|1|I",
        "SELECT k, COUNT(*) AS n, COUNTIF(kind = 'D') AS d FROM LOG GROUP BY k HAVING n > 1 ORDER BY 1 # a|2|0/b|2|1",
        "SELECT k, ANY_VALUE(kind HAVING MAX seq) FROM LOG GROUP BY k ORDER BY k # a|U/b|D",
        "SELECT ARRAY_AGG(STRUCT(k AS key, kind) ORDER BY seq DESC LIMIT 1)[OFFSET(0)].kind FROM LOG # D",
        "SELECT MAX(big), MIN(big) FROM LOG # 10|-1.5",
        "SELECT k FROM LOG ORDER BY big, k LIMIT 2 # b/b",
        "SELECT k FROM LOG ORDER BY big DESC LIMIT 1 # a",
        "SELECT COUNT(*) FROM LOG WHERE big > BIGNUMERIC '9.5' # 1",
        "SELECT JSON_VALUE(doc, '$.n'), JSON_VALUE(doc, '$.o'), JSON_VALUE(doc, '$.o.\"x y\"') FROM LOG WHERE seq = 1 # 1|NULL|deep",
        "SELECT JSON_VALUE('[\"x\", 12]', '$[1]'), JSON_VALUE('[\"x\", 12]', '$[2]') # 12|NULL",
        "SELECT TIMESTAMP_DIFF(MAX(moment), MIN(moment), HOUR), TIMESTAMP_DIFF(MIN(moment), MAX(moment), DAY) FROM LOG # 72|-3",
        "SELECT TIMESTAMP_DIFF(TIMESTAMP '2024-01-01 00:00:01.999+00', TIMESTAMP '2024-01-01 00:00:00+00', SECOND) # 1",
        "SELECT DATE_DIFF(DATE '2024-03-01', DATE '2024-02-28', DAY), DATE_DIFF(DATE '2024-03-01', DATE '2024-02-28', MONTH) # 2|1",
        "SELECT CAST(TIMESTAMP_TRUNC(moment, DAY) AS STRING) FROM LOG WHERE seq = 2 # 2024-01-02 00:00:00+00",
        "SELECT CAST(TIMESTAMP_SUB(moment, INTERVAL 90 MINUTE) AS STRING) FROM LOG WHERE seq = 2 # 2024-01-02 11:00:00+00",
        "SELECT FORMAT_TIMESTAMP('%F %T', moment) FROM LOG WHERE seq = 2 # 2024-01-02 12:30:00",
        "SELECT DATE(moment), DATE(moment, 'Asia/Tokyo'), EXTRACT(HOUR FROM moment AT TIME ZONE 'Asia/Tokyo') FROM LOG WHERE seq = 2 # 2024-01-02|2024-01-02|21",
        "SELECT UNIX_MICROS(PARSE_TIMESTAMP('%Y-%m-%d %H:%M:%S', '2024-01-02 00:00:00')), UNIX_MICROS(TIMESTAMP_MICROS(-1)) # 1704153600000000|-1",
        "SELECT SAFE_CAST('x' AS INT64), SAFE_CAST('7' AS INT64), SAFE_CAST('1e' AS NUMERIC), SAFE_CAST('x' AS BIGNUMERIC) # NULL|7|NULL|NULL",
        "SELECT CAST('0012.50' AS BIGNUMERIC), CAST('-0.0' AS BIGNUMERIC), CAST('12.5' AS NUMERIC) # 12.5|0|12.5",
        "SELECT CAST(1.0 AS STRING), CAST(NUMERIC '1.50' AS STRING), CAST(TRUE AS STRING), CAST(DATE '2024-01-02' AS STRING) # 1|1.5|true|2024-01-02",
        "SELECT IF(1 < 2, 'y', 'n'), IFNULL(NULL, 3), COALESCE(NULL, NULL, 4), NULLIF(1, 1) # y|3|4|NULL",
        "SELECT GREATEST(1, NULL, 3), LEAST(2, 1), CONCAT('a', 'b'), CONCAT('a', NULL) # NULL|1|ab|NULL",
        "SELECT \"it's\", 'say \"hi\"', r'a\\d', '''x''', 'tab\\tend' # it's|say \"hi\"|a\\d|x|tab\tend",
        "SELECT STARTS_WITH('abc', 'ab'), 'a_c' LIKE 'a\\\\_c', 'abc' LIKE 'a\\\\_c', REGEXP_CONTAINS('ab1', r'\\d$') # true|true|false|true",
        "SELECT APPROX_QUANTILES(x, 4)[OFFSET(2)] FROM UNNEST([1, 2, 3, 4, 5]) AS x # 3",
        "SELECT x + 1 AS y FROM UNNEST([3, 1, 2]) AS x ORDER BY y # 2/3/4",
        "SELECT ARRAY_LENGTH([1, 2, 3]), [5, 6][ORDINAL(2)], 2 IN UNNEST([1, 2]) # 3|6|true",
        "WITH n AS (SELECT 1 AS x UNION ALL SELECT 1 UNION DISTINCT SELECT 2) SELECT x FROM n ORDER BY x # 1/2",
        "SELECT a.k FROM LOG a JOIN LOG b ON a.k = b.k AND a.seq < b.seq LEFT JOIN (SELECT 'a' AS k) c ON a.k = c.k WHERE c.k IS NOT NULL # a",
        "SELECT a.k, b.x FROM (SELECT 'z' AS k) a FULL JOIN (SELECT 'q' AS k, 1 AS x) b ON a.k = b.k ORDER BY 2 # z|NULL/NULL|1",
        "SELECT NULL IS DISTINCT FROM 1, 1 IS NOT DISTINCT FROM 1 # true|true",
        "SELECT EXISTS(SELECT 1 FROM LOG WHERE kind = 'D'), (SELECT COUNT(DISTINCT k) FROM LOG) # true|2",
        "SELECT SAFE_DIVIDE(1, 0), SAFE_DIVIDE(1, 4), 7 / 2, DIV(7, 2), MOD(7, 2), DIV(-7, 2) # NULL|0.25|3.5|3|1|-3",
        "SELECT CASE kind WHEN 'D' THEN 'gone' ELSE 'there' END FROM LOG WHERE seq >= 3 ORDER BY seq # there/gone",
        "SELECT LAG(kind) OVER (PARTITION BY k ORDER BY seq) FROM LOG WHERE k = 'a' ORDER BY seq # NULL/I",
        "SELECT SUM(seq), AVG(CAST(seq AS FLOAT64)), SUM(1) FROM LOG # 10|2.5|4",
        "SELECT TO_HEX(b'\\x01\\xff'), TO_HEX(SHA256('a')) = TO_HEX(SHA256(b'a')), LENGTH('\u00e9'), BYTE_LENGTH('\u00e9') # 01ff|true|1|2",
        "SELECT STRING_AGG(kind, ',' ORDER BY seq) FROM LOG # I,I,U,D",
        "SELECT x FROM (SELECT CAST(NULL AS INT64) AS x UNION ALL SELECT 1) ORDER BY x # NULL/1",
        "SELECT x FROM (SELECT CAST(NULL AS INT64) AS x UNION ALL SELECT 1) ORDER BY x DESC # 1/NULL"
      })
  void answers(String sql, String told) throws Exception {
    assertThat(place.rows(sql.replace("LOG", place.name("log"))))
        .containsExactly(told.split("/", -1));
  }

  @Test
  void tellsTypesOfAResult() throws Exception {
    TableResult result =
        place.run(
            "SELECT 1 AS i, 1.5 AS f, TRUE AS b, 's' AS s, NUMERIC '1' AS n, BIGNUMERIC '1' AS bn,"
                + " DATE '2024-01-01' AS d, DATETIME '2024-01-01 00:00:00' AS dt, TIMESTAMP"
                + " '2024-01-01 00:00:00+00' AS ts, TIME '00:00:00' AS t, b'x' AS by, [1] AS a,"
                + " STRUCT(1 AS x, 'y' AS y) AS st, JSON '1' AS j");
    FieldList fields = Objects.requireNonNull(result.getSchema()).getFields();
    List<String> types = new ArrayList<>();
    fields.forEach(f -> types.add(f.getType().getStandardType().name()));
    assertThat(types)
        .containsExactly(
            "INT64",
            "FLOAT64",
            "BOOL",
            "STRING",
            "NUMERIC",
            "BIGNUMERIC",
            "DATE",
            "DATETIME",
            "TIMESTAMP",
            "TIME",
            "BYTES",
            "INT64",
            "STRUCT",
            "JSON");
    FieldValueList row = result.iterateAll().iterator().next();
    assertThat(row.get("ts").getTimestampInstant()).isEqualTo("2024-01-01T00:00:00Z");
    assertThat(row.get("n").getNumericValue()).isEqualByComparingTo(BigDecimal.ONE);
    assertThat(row.get("a").getRepeatedValue().get(0).getLongValue()).isEqualTo(1);
    assertThat(row.get("st").getRecordValue().get(1).getStringValue()).isEqualTo("y");
  }

  @Test
  void takesParameters() throws Exception {
    QueryJobConfiguration query =
        QueryJobConfiguration.newBuilder(
                "SELECT k FROM "
                    + place.name("log")
                    + " WHERE moment <= @at AND k IN UNNEST(@keys) AND seq >= @seq AND kind != @kind")
            .addNamedParameter("at", QueryParameterValue.timestamp("2024-01-02 12:30:00+00:00"))
            .addNamedParameter(
                "keys", QueryParameterValue.array(new String[] {"b", "it's"}, String.class))
            .addNamedParameter("seq", QueryParameterValue.numeric(new BigDecimal("1.5")))
            .addNamedParameter("kind", QueryParameterValue.string("'"))
            .build();
    List<String> keys = new ArrayList<>();
    place.bigQuery.query(query).iterateAll().forEach(r -> keys.add(r.get(0).getStringValue()));
    assertThat(keys).containsExactly("b");
  }

  @Test
  void readsAResultPageByPage() throws Exception {
    QueryJobConfiguration query =
        QueryJobConfiguration.newBuilder("SELECT x FROM UNNEST(GENERATE_ARRAY(1, 2500)) AS x")
            .setMaxResults(1000L)
            .build();
    long sum = 0;
    for (FieldValueList row : place.bigQuery.query(query).iterateAll()) {
      sum += row.get(0).getLongValue();
    }
    assertThat(sum).isEqualTo(2500L * 2501 / 2);
  }

  @Test
  void aViewIsReadAsItsTablesAreNow() throws Exception {
    place.run(
        "CREATE OR REPLACE VIEW "
            + place.name("latest")
            + " AS\nSELECT k, kind -- of log\nFROM "
            + place.name("log")
            + " QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY seq DESC) = 1");
    place.run(
        "CREATE OR REPLACE VIEW "
            + place.name("living")
            + " AS SELECT l.* FROM "
            + place.name("latest")
            + " AS l WHERE kind <> 'D'");
    assertThat(place.rows("SELECT * FROM " + place.name("living"))).containsExactly("a|U");
    Schema schema =
        Objects.requireNonNull(
            place
                .bigQuery
                .getTable(com.google.cloud.bigquery.TableId.of(place.dataset, "living"))
                .getDefinition()
                .getSchema());
    assertThat(schema.getFields().stream().map(Field::getName)).containsExactly("k", "kind");
  }

  @Test
  void aTableFunctionTakesArguments() throws Exception {
    place.run(
        "CREATE OR REPLACE TABLE FUNCTION "
            + place.name("as_of")
            + "(_at TIMESTAMP, _k STRING) AS\n"
            + "SELECT k, kind, _at AS told FROM "
            + place.name("log")
            + " WHERE moment <= _at AND (_k IS NULL OR k = _k)"
            + " QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY seq DESC) = 1");
    String call = "SELECT k, kind FROM " + place.name("as_of");
    assertThat(place.rows(call + "(TIMESTAMP '2024-01-02 12:30:00+00', NULL) ORDER BY k"))
        .containsExactly("a|I", "b|I");
    assertThat(
            place.rows(
                call
                    + "(TIMESTAMP_ADD(TIMESTAMP '2024-01-03 00:00:00+00', INTERVAL 1 DAY), 'b') AS f"))
        .containsExactly("b|D");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "SELECT * FROM nowhere.t # Not found",
        "SELECT nope FROM LOG # nope",
        "SELEC 1 # SELEC",
        "CREATE VIEW d.v AS SELECT nope FROM LOG # nope"
      })
  void refuses(String sql, String told) {
    assertThatThrownBy(() -> place.run(sql.replace("LOG", place.name("log"))))
        .isInstanceOf(BigQueryException.class)
        .hasMessageContaining(told);
  }
}
