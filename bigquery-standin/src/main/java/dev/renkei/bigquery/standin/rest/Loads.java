package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Column;
import dev.renkei.bigquery.standin.store.ColumnType;
import dev.renkei.bigquery.standin.store.RowChange;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import dev.renkei.bigquery.standin.store.TableName;
import dev.renkei.bigquery.standin.store.Values;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Load jobs: an upload of newline-delimited JSON, all of it or nothing. */
final class Loads {
  private static final ObjectMapper EXACT =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(
              com.fasterxml.jackson.databind.node.JsonNodeFactory.withExactBigDecimals(true));

  /** Beyond these a number of JSON may lose digits on its way, and is to be text. */
  private static final BigDecimal LARGEST_NUMBER = BigDecimal.valueOf((1L << 53) - 1);

  private final Store store;
  private final RestServer.Gate gate;

  Loads(Store store, RestServer.Gate gate) {
    this.store = store;
    this.gate = gate;
  }

  void run(JsonNode load, String project, byte[] media, ObjectNode statistics) {
    if (load.has("sourceUris")) {
      throw ApiException.notHere("loads from Cloud Storage");
    }
    String format = load.path("sourceFormat").asText("CSV");
    if (!format.equals("NEWLINE_DELIMITED_JSON")) {
      throw ApiException.notHere("loads of " + format);
    }
    StoredTable table = table(load, project);
    List<RowChange> rows = rows(load, table, unzipped(media));
    gate.beforeLoad();
    dispose(load, table);
    table.append(rows, "");
    statistics
        .put("outputRows", String.valueOf(rows.size()))
        .put("inputFiles", "1")
        .put("inputFileBytes", String.valueOf(media.length))
        .put("outputBytes", String.valueOf(media.length))
        .put("badRecords", "0");
  }

  private StoredTable table(JsonNode load, String project) {
    JsonNode to = load.path("destinationTable");
    TableName name =
        new TableName(
            to.path("projectId").asText(project),
            to.path("datasetId").asText(),
            to.path("tableId").asText());
    if (!store.hasTable(name)
        && !load.path("createDisposition").asText().equals("CREATE_NEVER")
        && load.has("schema")) {
      ObjectNode resource = Tables.bare(name, "TABLE");
      resource.set("schema", load.path("schema").deepCopy());
      for (String kept : List.of("timePartitioning", "clustering")) {
        if (load.has(kept)) {
          resource.set(kept, load.path(kept).deepCopy());
        }
      }
      store.insertTable(name, resource);
    }
    return store.table(name);
  }

  private static void dispose(JsonNode load, StoredTable table) {
    String disposition = load.path("writeDisposition").asText("WRITE_APPEND");
    if (disposition.equals("WRITE_TRUNCATE")) {
      table.truncate();
    } else if (!disposition.equals("WRITE_APPEND")) {
      throw ApiException.notHere("the write disposition " + disposition);
    }
  }

  private static byte[] unzipped(byte[] media) {
    if (media.length < 2 || media[0] != 0x1f || media[1] != (byte) 0x8b) {
      return media;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(media))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw ApiException.invalid("Error while reading data, error message: " + e.getMessage());
    }
  }

  private List<RowChange> rows(JsonNode load, StoredTable table, byte[] media) {
    List<Column> columns = table.columns();
    Map<String, Integer> places = new HashMap<>();
    for (int at = 0; at < columns.size(); at++) {
      places.put(columns.get(at).folded(), at);
    }
    boolean lenient = load.path("ignoreUnknownValues").asBoolean(false);
    List<RowChange> rows = new ArrayList<>();
    int number = 0;
    for (String line : new String(media, StandardCharsets.UTF_8).split("\n")) {
      number++;
      if (!line.isBlank()) {
        @Nullable Object[] row = row(line, number, columns, places, lenient);
        judge(table, columns, row, number);
        rows.add(RowChange.append(row));
      }
    }
    return rows;
  }

  private void judge(StoredTable table, List<Column> columns, @Nullable Object[] row, int number) {
    if (!gate.judgesRows()) {
      return;
    }
    Map<String, Object> told = new LinkedHashMap<>();
    for (int at = 0; at < row.length; at++) {
      Object value = row[at];
      if (value != null) {
        told.put(columns.get(at).name(), value);
      }
    }
    String wrong = gate.judge(table.name(), told);
    if (!wrong.isEmpty()) {
      throw bad(number, wrong);
    }
  }

  private static @Nullable Object[] row(
      String line, int number, List<Column> columns, Map<String, Integer> places, boolean lenient) {
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    try {
      for (Map.Entry<String, JsonNode> field : EXACT.readTree(line).properties()) {
        Integer place = places.get(field.getKey().toLowerCase(Locale.ROOT));
        if (place != null) {
          values[place] = value(columns.get(place), field.getValue());
        } else if (!lenient) {
          throw new IllegalArgumentException("No such field: " + field.getKey() + ".");
        }
      }
      for (int at = 0; at < values.length; at++) {
        if (values[at] == null && columns.get(at).required()) {
          throw new IllegalArgumentException(
              "Missing required field: " + columns.get(at).name() + ".");
        }
      }
      return values;
    } catch (JsonProcessingException e) {
      throw bad(number, "Parser terminated before end of string");
    } catch (IllegalArgumentException e) {
      throw bad(number, String.valueOf(e.getMessage()));
    }
  }

  private static ApiException bad(int number, String message) {
    return ApiException.invalid(
        "Error while reading data, error message: JSON table encountered too many errors, giving"
            + " up. Rows: "
            + number
            + "; errors: 1. "
            + message);
  }

  private static @Nullable Object value(Column column, JsonNode value) {
    if (column.repeated()) {
      List<@Nullable Object> list = new ArrayList<>();
      value.forEach(v -> list.add(scalar(column, v)));
      return list;
    }
    return scalar(column, value);
  }

  private static @Nullable Object scalar(Column column, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (column.type() == ColumnType.JSON) {
      return value.toString();
    }
    if (value.isContainerNode()) {
      throw new IllegalArgumentException(
          "JSON object specified for non-record field: " + column.name());
    }
    if (column.type() == ColumnType.INT64
        && value.isNumber()
        && value.decimalValue().abs().compareTo(LARGEST_NUMBER) > 0) {
      throw new IllegalArgumentException(
          "an integer outside [-2^53+1, 2^53-1] is to be a text: " + column.name());
    }
    return Values.fromText(column, value.asText());
  }
}
