package dev.renkei.demo;

import dev.renkei.demo.Edit.Form;
import dev.renkei.demo.Edit.Kind;
import dev.renkei.demo.LedgerFile.ChangedRow;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the shop: transactions by chance of a seed. It knows the keys that are there and
 * takes for granted that each transaction is committed before the next is asked for.
 */
final class Workload {
  private static final List<String> OTHER_SIZES =
      List.of("FREE", "2XL", "3XL", "KIDS", "22.5", "27");
  private static final int MANY = 50;
  private static final int LONGEST_RUN = 20;

  private final SplittableRandom random;
  private final ShopRows rows;
  private final Map<ShopTable, KeyPool> pools;
  private int nextNumber = 1;

  private final List<Edit> edits = new ArrayList<>();
  private final Map<ChangedRow, Boolean> net = new LinkedHashMap<>();

  /**
   * @param clock of what happens now
   */
  Workload(long seed, Catalogue catalogue, Map<ShopTable, KeyPool> pools, Clock clock) {
    this.random = new SplittableRandom(seed);
    this.rows = new ShopRows(random.split(), catalogue, clock);
    this.pools = new EnumMap<>(pools);
    for (ShopTable table : List.of(ShopTable.STOCK, ShopTable.PRODUCTS)) {
      if (pool(table).size() == 0) {
        throw new IllegalArgumentException(table + ": the shop is empty");
      }
    }
  }

  /**
   * A transaction.
   *
   * @param net for each row that it changes whether the row is gone after it
   */
  record Transaction(List<Edit> edits, Map<ChangedRow, Boolean> net) {}

  /** The next transaction, of so many statements. */
  Transaction next(int statements) {
    edits.clear();
    net.clear();
    while (edits.size() < statements) {
      int chance = random.nextInt(100);
      int run = statements < MANY ? 1 : 1 + random.nextInt(LONGEST_RUN);
      for (int i = 0; i < run && edits.size() < statements; i++) {
        happen(chance, statements - edits.size());
      }
    }
    return new Transaction(List.copyOf(edits), new LinkedHashMap<>(net));
  }

  private void happen(int chance, int room) {
    if (chance < 10 && room >= 4) {
      placeOrder();
    } else if (chance < 18) {
      putIntoCart(room);
    } else if (chance < 26) {
      update(ShopTable.CART_LINES);
    } else if (chance < 34) {
      update(ShopTable.ORDERS);
    } else if (chance < 39) {
      update(ShopTable.CUSTOMERS);
    } else if (chance < 43) {
      update(ShopTable.PRODUCTS);
    } else if (chance < 45) {
      update(someTable());
    } else if (chance < 47) {
      insert(ShopTable.CUSTOMERS, number());
    } else if (chance < 49) {
      insert(ShopTable.COUPON_CODES, coupon());
    } else if (chance < 55) {
      delete(ShopTable.CART_LINES);
    } else if (chance < 59) {
      delete(someTable());
    } else if (chance < 62) {
      bringBack(someTable());
    } else if (chance < 65) {
      giveOtherKey(someTable());
    } else if (chance < 67) {
      changeCaseOfCoupon();
    } else {
      sell();
    }
  }

  private ShopTable someTable() {
    ShopTable[] all = ShopTable.values();
    return all[random.nextInt(all.length)];
  }

  /** The most frequent event, and always possible. */
  private void sell() {
    update(ShopTable.STOCK, pool(ShopTable.STOCK).hot(random));
  }

  private void placeOrder() {
    Object[] order = number();
    insert(ShopTable.ORDERS, order);
    int lines = 1 + random.nextInt(3);
    for (int line = 1; line <= lines; line++) {
      insert(ShopTable.ORDER_LINES, order[0], line);
    }
  }

  private void putIntoCart(int room) {
    KeyPool carts = pool(ShopTable.CARTS);
    Object cart;
    if (carts.size() == 0 || (room > 1 && random.nextInt(3) == 0)) {
      cart = rows.uuid();
      insert(ShopTable.CARTS, cart);
    } else {
      cart = carts.any(random)[0];
    }
    insert(ShopTable.CART_LINES, cart, 100 + random.nextInt(30_000));
  }

  private void update(ShopTable table) {
    if (pool(table).size() == 0) {
      sell();
    } else {
      update(table, pool(table).any(random));
    }
  }

  private void delete(ShopTable table) {
    // The stock and its products never run out.
    if (pool(table).size() < MANY) {
      sell();
      return;
    }
    Object[] key = pool(table).any(random);
    pool(table).remove(key);
    edits.add(new Edit(new Form(table, Kind.DELETE), key));
    changed(table, key, true);
  }

  private void bringBack(ShopTable table) {
    Object[] key = pool(table).lost();
    if (key == null) {
      sell();
    } else {
      insert(table, key);
    }
  }

  private void giveOtherKey(ShopTable table) {
    if (pool(table).size() == 0) {
      sell();
      return;
    }
    Object[] old = pool(table).any(random);
    Object[] key = otherKey(table, old);
    if (pool(table).has(key)) {
      sell();
      return;
    }
    pool(table).remove(old);
    pool(table).add(key);
    edits.add(move(table, old, key));
    changed(table, old, true);
    changed(table, key, false);
  }

  private Object[] otherKey(ShopTable table, Object[] old) {
    return switch (table) {
      case STOCK -> new Object[] {old[0], OTHER_SIZES.get(random.nextInt(OTHER_SIZES.size()))};
      case CARTS -> new Object[] {rows.uuid()};
      case CART_LINES, ORDER_LINES -> new Object[] {old[0], 100 + random.nextInt(30_000)};
      case COUPON_CODES -> coupon();
      case PRODUCTS, CUSTOMERS, ORDERS -> number();
    };
  }

  private void changeCaseOfCoupon() {
    KeyPool coupons = pool(ShopTable.COUPON_CODES);
    if (coupons.size() == 0) {
      sell();
      return;
    }
    Object[] old = coupons.any(random);
    String code = (String) old[0];
    String upper = code.toUpperCase(Locale.ROOT);
    Object[] key = {code.equals(upper) ? code.toLowerCase(Locale.ROOT) : upper};
    if (key[0].equals(code)) {
      sell();
      return;
    }
    coupons.respell(key);
    edits.add(move(ShopTable.COUPON_CODES, old, key));
    changed(ShopTable.COUPON_CODES, key, false);
  }

  private static Edit move(ShopTable table, Object[] old, Object[] key) {
    return new Edit(
        new Form(table, Kind.MOVE),
        Stream.concat(Arrays.stream(key), Arrays.stream(old)).toArray());
  }

  private void insert(ShopTable table, Object... key) {
    if (pool(table).has(key)) {
      sell();
      return;
    }
    pool(table).add(key);
    edits.add(new Edit(new Form(table, Kind.INSERT), rows.row(table, key)));
    changed(table, key, false);
  }

  private void update(ShopTable table, Object[] key) {
    @Nullable Object[] row = rows.row(table, key);
    int[] changing = table.changingPositions();
    @Nullable Object[] values = new Object[changing.length + key.length];
    for (int i = 0; i < changing.length; i++) {
      values[i] = row[changing[i]];
    }
    System.arraycopy(key, 0, values, changing.length, key.length);
    edits.add(new Edit(new Form(table, Kind.UPDATE), values));
    changed(table, key, false);
  }

  private void changed(ShopTable table, Object[] key, boolean deleted) {
    net.put(new ChangedRow(table, table.keyText(key)), deleted);
  }

  /** A number that no row has had: the seeded ones are far below. */
  private Object[] number() {
    return new Object[] {10_000_000 + nextNumber++};
  }

  private Object[] coupon() {
    return new Object[] {rows.couponCode(10_000_000 + nextNumber++)};
  }

  private KeyPool pool(ShopTable table) {
    KeyPool pool = pools.get(table);
    if (pool == null) {
      throw new IllegalArgumentException(table + ": its keys are unknown");
    }
    return pool;
  }
}
