package dev.renkei.bigquery.standin.store;

import java.util.List;

/** Functions of GoogleSQL that take more than a name in DuckDB. */
final class Macros {
  private static final String MARK = "'" + BigNumeric.MARK + "'";

  private static final String LARGEST =
      "'57896044618658097711785492504343953926634992332820282019728792003956564819967'";

  static final List<String> ALL =
      List.of(
          "CREATE OR REPLACE MACRO bq_digits(t) AS lpad(ltrim(split_part(ltrim(t, '+-'), '.', 1), '0'),"
              + " 39, '0') || rpad(split_part(t, '.', 2), 38, '0')",
          "CREATE OR REPLACE MACRO bq_signed(negative, digits) AS "
              + MARK
              + " || CASE WHEN negative AND digits != repeat('0', 77) THEN '0' || translate(digits,"
              + " '0123456789', '9876543210') ELSE '1' || digits END",
          "CREATE OR REPLACE MACRO bq_is_number(t) AS regexp_full_match(t,"
              + " '[+-]?0*[0-9]{0,39}(\\.[0-9]{0,38})?') AND regexp_matches(t, '[0-9]') AND bq_digits(t) <= "
              + LARGEST,
          "CREATE OR REPLACE MACRO bq_try_bignumeric_of(t) AS CASE WHEN starts_with(t, "
              + MARK
              + ") THEN t WHEN bq_is_number(t) THEN bq_signed(starts_with(t, '-'), bq_digits(t)) END",
          "CREATE OR REPLACE MACRO bq_try_bignumeric(x) AS bq_try_bignumeric_of(trim(CAST(x AS"
              + " VARCHAR)))",
          "CREATE OR REPLACE MACRO bq_bignumeric(x) AS CASE WHEN x IS NULL THEN NULL ELSE"
              + " coalesce(bq_try_bignumeric(x), error('Invalid BIGNUMERIC value: ' || CAST(x AS"
              + " VARCHAR))) END",
          "CREATE OR REPLACE MACRO bq_trimmed(t) AS CASE WHEN contains(t, '.') THEN rtrim(rtrim(t, '0'),"
              + " '.') ELSE t END",
          "CREATE OR REPLACE MACRO bq_unsigned(d) AS bq_trimmed(CASE WHEN ltrim(d[1:39], '0') = '' THEN"
              + " '0' ELSE ltrim(d[1:39], '0') END || '.' || d[40:77])",
          "CREATE OR REPLACE MACRO bq_plain_of(t) AS CASE WHEN NOT starts_with(t, "
              + MARK
              + ") THEN t WHEN t[2] = '1' THEN bq_unsigned(t[3:]) ELSE '-' ||"
              + " bq_unsigned(translate(t[3:], '0123456789', '9876543210')) END",
          "CREATE OR REPLACE MACRO bq_plain(x) AS bq_plain_of(CAST(x AS VARCHAR))",
          "CREATE OR REPLACE MACRO bq_moment(t) AS regexp_replace(regexp_replace(regexp_replace("
              + "regexp_replace(t, '\\.(\\d)(\\+00|$)', '.\\100\\2'), '\\.(\\d\\d)(\\+00|$)', '.\\10\\2'),"
              + " '\\.(\\d{4})(\\+00|$)', '.\\100\\2'), '\\.(\\d{5})(\\+00|$)', '.\\10\\2')",
          "CREATE OR REPLACE MACRO bq_string(x) AS CASE WHEN x IS NULL THEN NULL WHEN typeof(x) ="
              + " 'VARCHAR' THEN bq_plain(x) WHEN typeof(x) IN ('BIGINT', 'INTEGER', 'HUGEINT',"
              + " 'BOOLEAN', 'DATE') THEN CAST(x AS VARCHAR) WHEN starts_with(typeof(x), 'DECIMAL') THEN"
              + " bq_trimmed(CAST(x AS VARCHAR)) WHEN typeof(x) = 'DOUBLE' THEN"
              + " regexp_replace(CAST(x AS VARCHAR), '\\.0$', '') WHEN typeof(x) IN ('TIMESTAMP', 'TIME',"
              + " 'TIMESTAMP WITH TIME ZONE') THEN bq_moment(CAST(x AS VARCHAR)) ELSE error('The"
              + " stand-in of BigQuery does not translate CAST of ' || typeof(x) || ' to STRING.') END",
          "CREATE OR REPLACE MACRO bq_json_number(t) AS CASE WHEN length(regexp_replace(t, '[^0-9]', '',"
              + " 'g')) > 15 THEN error('The stand-in of BigQuery does not read fractions of more than"
              + " 15 digits in JSON.') ELSE regexp_replace(t, '\\.0$', '') END",
          "CREATE OR REPLACE MACRO bq_json_value(j, path) AS CASE WHEN json_type(j, path) IN ('OBJECT',"
              + " 'ARRAY', 'NULL') THEN NULL WHEN json_type(j, path) = 'DOUBLE' THEN"
              + " bq_json_number(json_extract_string(j, path)) ELSE json_extract_string(j, path) END",
          "CREATE OR REPLACE MACRO bq_json_string(x) AS CASE WHEN x IS NULL THEN 'null' WHEN"
              + " typeof(x) IN ('JSON', 'BIGINT', 'INTEGER', 'BOOLEAN', 'VARCHAR') AND NOT"
              + " starts_with(CAST(x AS VARCHAR), "
              + MARK
              + ") THEN CAST(to_json(x) AS VARCHAR) ELSE"
              + " error('The stand-in of BigQuery does not translate TO_JSON_STRING of ' || typeof(x) ||"
              + " '.') END");

  private Macros() {}
}
