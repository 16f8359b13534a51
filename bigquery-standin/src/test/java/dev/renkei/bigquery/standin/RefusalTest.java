package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stand-in has no faithful translation of is refused by its name. */
class RefusalTest {
  private static BigQueryStandIn standIn;

  @BeforeAll
  static void begin() {
    standIn = BigQueryStandIn.start();
  }

  @AfterAll
  static void end() {
    standIn.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "SELECT FARM_FINGERPRINT('a') # FARM_FINGERPRINT",
        "SELECT x / y FROM (SELECT 1 AS x, 0 AS y) # operator /",
        "SELECT 1 / 0 # operator /",
        "SELECT [1, 2][0] # subscript",
        "SELECT CAST('1' AS JSON) # PARSE_JSON",
        "SELECT CAST('2024' AS DATE FORMAT 'YYYY') # CAST",
        "SELECT AS STRUCT 1 AS a # SELECT AS STRUCT",
        "SELECT FORMAT('%d', 1) # FORMAT",
        "SELECT DATE_TRUNC(DATE '2024-01-01', WEEK) # WEEK",
        "SELECT FORMAT_TIMESTAMP('%c', CURRENT_TIMESTAMP()) # %c",
        "SELECT CAST(b'x' AS STRING) # BLOB",
        "SELECT 1; SELECT 2 # script",
        "SELECT SAFE.SUBSTR('a', 1) # SAFE.",
        "SELECT JSON_VALUE('[12345678901234567890.5]', '$[0]') # digits",
        "SELECT * FROM UNNEST([1]) # UNNEST",
        "MERGE d.t USING d.s ON FALSE WHEN NOT MATCHED THEN INSERT ROW # d",
        "EXPORT DATA OPTIONS () AS SELECT 1 # EXPORT",
        "SELECT 2 ^ 3 # ^",
        "SELECT BIGNUMERIC '2' > 1 # Conversion",
        "SELECT BIGNUMERIC '2' + 1 # +"
      })
  void namesWhatItDoesNotTranslate(String sql, String told) {
    assertThatThrownBy(() -> standIn.query(sql)).hasMessageContaining(told);
  }
}
