package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.Shop;
import dev.renkei.demo.UseProof;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The same warehouse for those who may not see personal data (slide 29). */
final class MaskedUse implements Use {
  static final String WAREHOUSE = "masked";
  private static final String FILE = "masked.duckdb";
  private static final int HASH_DIGITS = 64;

  private static final String CUSTOMERS =
      "SELECT CustomerID, Name, Kana, Email, year(BirthDate), Points, Memo, Token, epoch_us(RegisteredAt) FROM dbo.Customers";

  /** The columns of that query that are shown as they are, or cut in SQL already. */
  private static final int[] SHOWN = {4, 5, 8};

  private static final int NAME = 1;
  private static final int[] HIDDEN = {2, 6};
  private static final int EMAIL = 3;
  private static final int TOKEN = 7;

  @Override
  public String configuration(DemoFolder folder) throws IOException {
    folder.writeSecret("keyset.json", MaskKeys.create().json());
    return """
        privacy:
          undecided: mask
          keyset: "${file:keyset.json}"
          columns:
            "**.Email*": {method: hash}
            dbo.Customers.Name: {method: partial, keep_first: 1}
            dbo.Customers.Kana: {method: "null"}
            dbo.Customers.BirthDate: {method: truncate, to: year}
            dbo.Customers.Memo: {method: "null"}
            dbo.Customers.Token: {method: tokenize}
            "dbo.*.*": {method: pass}
        """;
  }

  @Override
  public String warehouses() {
    return "  %s: {type: duckdb, path: %s, from: masked}%n".formatted(WAREHOUSE, FILE);
  }

  @Override
  public String live(Node node, Warehouse warehouse) throws WarehouseException {
    Warehouse masked = node.warehouse(WAREHOUSE).orElse(null);
    return "masked    "
        + (masked == null
            ? "no warehouse yet"
            : String.join(
                " · ",
                Rows.of(
                        masked,
                        "SELECT CustomerID || ': ' || coalesce(Name, '-') || ', ' || left(Email, 8) || '..., born ' || coalesce(CAST(year(BirthDate) AS VARCHAR), '?') FROM dbo.Customers ORDER BY CustomerID LIMIT 2")
                    .stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList()));
  }

  @Override
  public void awaitDone(Node node, Warehouse warehouse, long untilNanos)
      throws WarehouseException, HubException, InterruptedException, TimeoutException {
    Patience.await(
        untilNanos,
        "not all has come to the masked warehouse",
        () -> {
          Warehouse masked = node.warehouse(WAREHOUSE).orElse(null);
          try {
            return masked != null && compare(warehouse, masked).isFine();
          } catch (WarehouseException e) {
            return false;
          }
        });
  }

  @Override
  public List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException {
    try (Warehouse masked =
        DuckDbWarehouse.open(
            folder.path().resolve(FILE), DuckDbOptions.forRetention(Duration.ofDays(7)))) {
      return List.of(compare(warehouse, masked));
    }
  }

  private static UseProof compare(Warehouse clear, Warehouse masked) throws WarehouseException {
    Findings found = new Findings();
    long rows = 0;
    for (TableName table : Shop.tables()) {
      long there = DemoView.rows(masked, table);
      long here = DemoView.rows(clear, table);
      rows += here;
      if (there != here) {
        found.add("%s: %d rows masked, %d clear".formatted(table, there, here));
      }
    }
    Map<String, List<@Nullable String>> now = new HashMap<>();
    for (List<@Nullable String> row : Rows.of(masked, CUSTOMERS)) {
      now.put(String.valueOf(row.get(0)), row);
    }
    Map<String, String> hashes = new HashMap<>();
    for (List<@Nullable String> row : Rows.of(clear, CUSTOMERS)) {
      String customer = "customer " + row.get(0);
      List<@Nullable String> shown = now.get(String.valueOf(row.get(0)));
      if (shown == null) {
        found.add(customer + " is not there");
      } else {
        for (String column : wrong(row, shown, hashes)) {
          found.add(customer + " shows the wrong " + column);
        }
      }
    }
    if (hashes.values().stream().distinct().count() != hashes.size()) {
      found.add("two addresses have one hash");
    }
    return found.proof(
        "masked",
        "%s rows in the masked warehouse, customers without personal data"
            .formatted(DemoView.grouped(rows)),
        rows);
  }

  private static List<String> wrong(
      List<@Nullable String> row, List<@Nullable String> shown, Map<String, String> hashes) {
    List<String> wrong = new ArrayList<>();
    for (int column : SHOWN) {
      if (!Objects.equals(row.get(column), shown.get(column))) {
        wrong.add("column " + column);
      }
    }
    if (Arrays.stream(HIDDEN).anyMatch(column -> shown.get(column) != null)) {
      wrong.add("columns that must be empty");
    }
    if (!stars(String.valueOf(row.get(NAME))).equals(shown.get(NAME))) {
      wrong.add("name");
    }
    String email = String.valueOf(row.get(EMAIL));
    String hash = String.valueOf(shown.get(EMAIL));
    String before = hashes.putIfAbsent(email, hash);
    if (hash.length() != HASH_DIGITS || before != null && !before.equals(hash)) {
      wrong.add("hash");
    }
    if (shown.get(TOKEN) == null || Objects.equals(row.get(TOKEN), shown.get(TOKEN))) {
      wrong.add("token");
    }
    return wrong;
  }

  /** All but the first character. */
  private static String stars(String name) {
    int first = name.offsetByCodePoints(0, 1);
    return name.substring(0, first) + "*".repeat(name.codePointCount(first, name.length()));
  }

  @Override
  public void close() {}
}
