package dev.renkei.demo;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the shop can sell: the clothes among the items of TPC-DS. Always the same. */
record Catalogue(List<Item> items) {
  private static final int LOOKED_AT = 1_000;
  private static final int DESCRIPTION = 4;
  private static final int PRICE = 5;
  private static final int BRAND = 8;
  private static final int CLASS = 10;
  private static final int CATEGORY = 12;
  private static final int COLOR = 17;
  private static final int NAME = 21;
  private static final Set<String> CLOTHES =
      Set.of("Women", "Men", "Children", "Shoes", "Jewelry", "Sports");

  Catalogue {
    items = List.copyOf(items);
  }

  /** A kind of thing; no text is empty. */
  record Item(
      String name, String brand, String category, String color, String text, BigDecimal price) {}

  static Catalogue load() {
    List<Item> items = new ArrayList<>();
    Session session = Session.getDefaultSession().withTable(Table.ITEM);
    int looked = 0;
    for (List<List<String>> rows : Results.constructResults(Table.ITEM, session)) {
      List<String> row = rows.get(0);
      boolean complete =
          List.of(DESCRIPTION, PRICE, BRAND, CLASS, COLOR, NAME).stream()
              .noneMatch(column -> row.get(column) == null || row.get(column).isBlank());
      if (complete && CLOTHES.contains(row.get(CATEGORY))) {
        items.add(
            new Item(
                row.get(NAME) + " " + row.get(CLASS),
                row.get(BRAND),
                row.get(CATEGORY),
                row.get(COLOR),
                row.get(DESCRIPTION).strip(),
                new BigDecimal(row.get(PRICE))));
      }
      if (++looked == LOOKED_AT) {
        break;
      }
    }
    return new Catalogue(items);
  }
}
