package dev.renkei.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.renkei.server.StatusReport.Warehouse.Verified;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What comparisons have found last, as it is kept between runs.
 *
 * @param since when it was first kept
 * @param warehouses by name
 */
public record VerifyMemory(Instant since, Map<String, List<Verified>> warehouses) {
  public VerifyMemory {
    Map<String, List<Verified>> copy = new TreeMap<>();
    warehouses.forEach((name, tables) -> copy.put(name, List.copyOf(tables)));
    warehouses = Map.copyOf(copy);
  }

  /** The last of each table of a warehouse. */
  public List<Verified> of(String warehouse) {
    return warehouses.getOrDefault(warehouse, List.of());
  }

  /** With a newer result of a table. */
  public VerifyMemory with(String warehouse, Verified result) {
    List<Verified> tables = new ArrayList<>(of(warehouse));
    tables.removeIf(one -> one.table().equals(result.table()));
    tables.add(result);
    Map<String, List<Verified>> all = new TreeMap<>(warehouses);
    all.put(warehouse, tables);
    return new VerifyMemory(since, all);
  }

  /** Reads what {@link #toJson} wrote, or throws what Jackson finds wrong. */
  public static VerifyMemory parse(String json) throws JsonProcessingException {
    return Json.MAPPER.readValue(json, VerifyMemory.class);
  }

  public String toJson() {
    return Json.write(this);
  }
}
