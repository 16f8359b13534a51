package dev.renkei.bigquery.standin.sql;

import static java.util.Map.entry;

import dev.renkei.bigquery.standin.sql.Token.Kind;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Calls of functions. What is not in these tables is refused by its name. */
final class Functions {
  /** Calls whose translation has no place for OVER. */
  static final Set<String> NO_WINDOW = Set.of("APPROX_QUANTILES");

  /** Same name, same meaning. */
  private static final Set<String> SAME =
      Set.of(
          "ABS",
          "SIGN",
          "CEIL",
          "CEILING",
          "FLOOR",
          "ROUND",
          "MOD",
          "LOWER",
          "UPPER",
          "TRIM",
          "LTRIM",
          "RTRIM",
          "COALESCE",
          "NULLIF",
          "IFNULL",
          "COUNT",
          "SUM",
          "AVG",
          "MIN",
          "MAX",
          "ROW_NUMBER",
          "RANK",
          "DENSE_RANK",
          "LAG",
          "LEAD",
          "FIRST_VALUE",
          "LAST_VALUE",
          "NTH_VALUE",
          "NTILE",
          "STARTS_WITH",
          "ENDS_WITH",
          "STRING_AGG",
          "STRPOS",
          "SUBSTR",
          "SUBSTRING",
          "REVERSE",
          "LENGTH",
          "GROUPING",
          "CORR",
          "STDDEV_SAMP",
          "STDDEV_POP",
          "VAR_SAMP",
          "VAR_POP",
          "PERCENT_RANK",
          "CUME_DIST",
          "LN",
          "EXP",
          "POW",
          "POWER",
          "SQRT",
          "LEFT",
          "RIGHT",
          "REPEAT",
          "REPLACE");

  /** Another pattern: $1, $2 are the arguments. */
  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          entry("IF/3", "CASE WHEN $1 THEN $2 ELSE $3 END"),
          entry("LOGICAL_OR/1", "bool_or($1)"),
          entry("LOGICAL_AND/1", "bool_and($1)"),
          entry("COUNTIF/1", "count(CASE WHEN $1 THEN 1 END)"),
          entry("APPROX_COUNT_DISTINCT/1", "count(DISTINCT $1)"),
          entry("SAFE_DIVIDE/2", "(CAST($1 AS DOUBLE) / NULLIF(CAST($2 AS DOUBLE), 0))"),
          entry(
              "IEEE_DIVIDE/2",
              "CASE WHEN CAST($2 AS DOUBLE) = 0 THEN error('IEEE_DIVIDE by zero is"
                  + " not translated by the stand-in of BigQuery') ELSE CAST($1 AS DOUBLE) / $2 END"),
          entry("DIV/2", "CASE WHEN $2 = 0 THEN error('division by zero') ELSE ($1) // ($2) END"),
          entry("CHAR_LENGTH/1", "length($1)"),
          entry("CHARACTER_LENGTH/1", "length($1)"),
          entry("BYTE_LENGTH/1", "strlen($1)"),
          entry("ARRAY_LENGTH/1", "len($1)"),
          entry("ARRAY_CONCAT/2", "list_concat($1, $2)"),
          entry("ARRAY_TO_STRING/2", "array_to_string($1, $2)"),
          entry("GENERATE_ARRAY/2", "generate_series($1, $2)"),
          entry("GENERATE_ARRAY/3", "generate_series($1, $2, $3)"),
          entry("SPLIT/2", "string_split($1, $2)"),
          entry("LPAD/2", "lpad($1, $2, ' ')"),
          entry("RPAD/2", "rpad($1, $2, ' ')"),
          entry("LPAD/3", "lpad($1, $2, $3)"),
          entry("RPAD/3", "rpad($1, $2, $3)"),
          entry("TO_HEX/1", "lower(hex($1))"),
          entry("FROM_HEX/1", "unhex($1)"),
          entry("TO_BASE64/1", "base64($1)"),
          entry("FROM_BASE64/1", "from_base64($1)"),
          entry("SHA256/1", "unhex(sha256($1))"),
          entry("MD5/1", "unhex(md5($1))"),
          entry("GENERATE_UUID/0", "CAST(uuid() AS VARCHAR)"),
          entry("REGEXP_CONTAINS/2", "regexp_matches($1, $2)"),
          entry("REGEXP_REPLACE/3", "regexp_replace($1, $2, $3, 'g')"),
          entry("PARSE_JSON/1", "CAST($1 AS JSON)"),
          entry("TO_JSON_STRING/1", "bq_json_string($1)"),
          entry("JSON_VALUE/1", "bq_json_value($1, '$')"),
          entry("JSON_VALUE/2", "bq_json_value($1, $2)"),
          entry("JSON_EXTRACT_SCALAR/2", "bq_json_value($1, $2)"),
          entry("JSON_QUERY/2", "json_extract($1, $2)"),
          entry("JSON_EXTRACT/2", "json_extract($1, $2)"),
          entry(
              "JSON_TYPE/1",
              "CASE json_type($1) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN"
                  + " 'array' WHEN 'NULL' THEN 'null' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN"
                  + " 'boolean' ELSE 'number' END"),
          entry("CURRENT_TIMESTAMP/0", "now()"),
          entry("CURRENT_DATE/0", "CAST(now() AS DATE)"),
          entry("CURRENT_DATETIME/0", "CAST(now() AS TIMESTAMP)"),
          entry("CURRENT_DATE/1", "CAST(timezone($1, now()) AS DATE)"),
          entry("CURRENT_DATETIME/1", "timezone($1, now())"),
          entry("DATE/1", "CAST($1 AS DATE)"),
          entry("DATE/2", "CAST(timezone($2, $1) AS DATE)"),
          entry("DATE/3", "make_date($1, $2, $3)"),
          entry("DATETIME/1", "CAST($1 AS TIMESTAMP)"),
          entry("DATETIME/2", "timezone($2, $1)"),
          entry("TIMESTAMP/1", "CAST($1 AS TIMESTAMPTZ)"),
          entry("TIMESTAMP/2", "timezone($2, CAST($1 AS TIMESTAMP))"),
          entry("TIME/1", "CAST($1 AS TIME)"),
          entry("TIMESTAMP_MICROS/1", "CAST(make_timestamp($1) AS TIMESTAMPTZ)"),
          entry("TIMESTAMP_MILLIS/1", "CAST(make_timestamp(($1) * 1000) AS TIMESTAMPTZ)"),
          entry("TIMESTAMP_SECONDS/1", "CAST(make_timestamp(($1) * 1000000) AS TIMESTAMPTZ)"),
          entry("UNIX_MICROS/1", "epoch_us($1)"),
          entry("UNIX_MILLIS/1", "CAST(floor(epoch_us($1) / 1000.0) AS BIGINT)"),
          entry("UNIX_SECONDS/1", "CAST(floor(epoch_us($1) / 1000000.0) AS BIGINT)"),
          entry("UNIX_DATE/1", "(($1) - DATE '1970-01-01')"),
          entry("PERCENTILE_CONT/2", "quantile_cont($1, $2)"),
          entry("PERCENTILE_DISC/2", "quantile_disc($1, $2)"));

  private Functions() {}

  /** Top-level commas divide. */
  static List<List<Token>> split(List<Token> tokens) {
    List<List<Token>> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int at = 0; at < tokens.size(); at++) {
      Token token = tokens.get(at);
      depth += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
      if (depth == 0 && token.is(",")) {
        parts.add(tokens.subList(from, at));
        from = at + 1;
      }
    }
    if (!tokens.isEmpty()) {
      parts.add(tokens.subList(from, tokens.size()));
    }
    return parts;
  }

  /** Position of a word outside parentheses, from the end; -1 where there is none. */
  static int lastTopLevel(List<Token> tokens, String word) {
    int depth = 0;
    for (int at = tokens.size() - 1; at >= 0; at--) {
      Token token = tokens.get(at);
      depth += token.is(")") || token.is("]") ? 1 : token.is("(") || token.is("[") ? -1 : 0;
      if (depth == 0 && token.is(word)) {
        return at;
      }
    }
    return -1;
  }

  static String call(String name, List<Token> inside, Translator translator) {
    switch (name) {
      case "CAST", "SAFE_CAST":
        return cast(inside, name.equals("SAFE_CAST"), translator);
      case "EXTRACT":
        return extract(inside, translator);
      case "STRUCT":
        return struct(inside, translator);
      case "ANY_VALUE", "ARRAY_AGG":
        return Aggregates.call(name, inside, translator);
      case "APPROX_QUANTILES":
        return Aggregates.quantiles(inside, translator);
      case "ARRAY":
        return "ARRAY(" + translator.translated(inside) + ")";
      case "UNNEST":
        return "(SELECT unnest(" + translator.translated(inside) + "))";
      default:
        break;
    }
    List<List<Token>> given = split(inside);
    String moment = Moments.call(name, given, translator);
    if (moment != null) {
      return moment;
    }
    List<String> arguments =
        given.stream().map(translator::translated).collect(Collectors.toList());
    String pattern = PATTERNS.get(name + "/" + arguments.size());
    if (pattern != null) {
      if (name.startsWith("JSON_") && given.size() == 2) {
        arguments.set(1, path(given.get(1)));
      }
      return filled(pattern, arguments);
    }
    if (SAME.contains(name)) {
      return name + "(" + translator.translated(inside) + ")";
    }
    return byRule(name, arguments);
  }

  private static String byRule(String name, List<String> arguments) {
    String list = String.join(", ", arguments);
    switch (name) {
      case "GREATEST", "LEAST":
        String anyNull =
            arguments.stream().map(a -> "(" + a + ") IS NULL").collect(Collectors.joining(" OR "));
        return "CASE WHEN " + anyNull + " THEN NULL ELSE " + name + "(" + list + ") END";
      case "CONCAT":
        return "("
            + arguments.stream().map(a -> "(" + a + ")").collect(Collectors.joining(" || "))
            + ")";
      case "REGEXP_EXTRACT":
        if (arguments.size() == 2) {
          String group = arguments.get(1).contains("(") ? ", 1" : "";
          return "CASE WHEN regexp_matches("
              + list
              + ") THEN regexp_extract("
              + list
              + group
              + ") END";
        }
        break;
      default:
        break;
    }
    throw ApiException.notHere("the function " + name + " with " + arguments.size() + " arguments");
  }

  private static String filled(String pattern, List<String> arguments) {
    StringBuilder sql = new StringBuilder();
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      char next = at + 1 < pattern.length() ? pattern.charAt(at + 1) : ' ';
      if (c == '$' && Character.isDigit(next)) {
        sql.append(arguments.get(next - '1'));
        at++;
      } else {
        sql.append(c);
      }
    }
    return sql.toString();
  }

  /** A JSON path in the form that DuckDB reads; only literals. */
  private static String path(List<Token> tokens) {
    if (tokens.size() != 1 || tokens.get(0).kind() != Kind.STRING) {
      throw ApiException.notHere("a JSON path that is no literal");
    }
    String path = tokens.get(0).text().replaceAll("\\['([^'\"]*)'\\]", ".\"$1\"");
    path = path.replaceAll("\\.([\\p{L}_][\\p{L}\\p{N}_$ ]*)", ".\"$1\"");
    if (!path.matches("\\$(\\.\"[^\"]*\"|\\[\\d+\\])*")) {
      throw ApiException.notHere("the JSON path " + tokens.get(0).text());
    }
    return Store.text(path);
  }

  private static String cast(List<Token> inside, boolean safe, Translator translator) {
    int as = lastTopLevel(inside, "AS");
    if (as < 0 || lastTopLevel(inside, "FORMAT") > as) {
      throw ApiException.notHere("this form of CAST");
    }
    String value = translator.translated(inside.subList(0, as));
    List<Token> type = inside.subList(as + 1, inside.size());
    String keyword = safe ? "TRY_CAST" : "CAST";
    if (type.size() > 1) {
      return keyword + "(" + value + " AS " + Types.duck(type) + ")";
    }
    switch (Types.of(type)) {
      case STRING:
        return "bq_string(" + value + ")";
      case BIGNUMERIC:
        return (safe ? "bq_try_bignumeric(" : "bq_bignumeric(") + value + ")";
      case NUMERIC, FLOAT64:
        return keyword + "(bq_plain(" + value + ") AS " + Types.duck(type) + ")";
      case JSON:
        throw ApiException.notHere("CAST AS JSON; write PARSE_JSON");
      case BYTES:
        return "encode(" + value + ")";
      default:
        return keyword + "(" + value + " AS " + Types.duck(type) + ")";
    }
  }

  private static String extract(List<Token> inside, Translator translator) {
    if (inside.size() < 3 || !inside.get(1).is("FROM")) {
      throw ApiException.notHere("this form of EXTRACT");
    }
    int zone = lastTopLevel(inside, "AT");
    String value = translator.translated(inside.subList(2, zone < 0 ? inside.size() : zone));
    if (zone >= 0) {
      value =
          "timezone("
              + translator.translated(inside.subList(zone + 3, inside.size()))
              + ", "
              + value
              + ")";
    }
    String part = inside.get(0).upper();
    switch (part) {
      case "DATE":
        return "CAST(" + value + " AS DATE)";
      case "TIME":
        return "CAST(" + value + " AS TIME)";
      case "DATETIME":
        return "CAST(" + value + " AS TIMESTAMP)";
      case "DAYOFWEEK":
        return "(dayofweek(" + value + ") + 1)";
      case "MICROSECOND":
        return "(microsecond(" + value + ") % 1000000)";
      case "MILLISECOND":
        return "(millisecond(" + value + ") % 1000)";
      case "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "DAYOFYEAR", "QUARTER":
        return "extract(" + part + " FROM " + value + ")";
      default:
        throw ApiException.notHere("EXTRACT(" + part + ")");
    }
  }

  private static String struct(List<Token> inside, Translator translator) {
    List<List<Token>> fields = split(inside);
    return "struct_pack("
        + IntStream.range(0, fields.size())
            .mapToObj(at -> field(at, fields.get(at), translator))
            .collect(Collectors.joining(", "))
        + ")";
  }

  private static String field(int at, List<Token> field, Translator translator) {
    int as = lastTopLevel(field, "AS");
    Token last = field.get(field.size() - 1);
    boolean column = as < 0 && last.isName();
    List<Token> value = as < 0 ? field : field.subList(0, as);
    String name = as >= 0 || column ? last.text() : "_field_" + (at + 1);
    return StoredTable.quoted(name) + " := " + translator.translated(value);
  }
}
