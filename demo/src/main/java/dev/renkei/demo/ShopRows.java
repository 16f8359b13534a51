package dev.renkei.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes up rows, by chance of a seed; one thread. */
final class ShopRows {
  static final List<String> SIZES = List.of("XS", "S", "M", "L", "XL");

  private static final List<String> FAMILY =
      List.of(
          "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡邊", "山本", "中村", "小林", "加藤", "吉田", "山田", "髙木", "斎藤",
          "𠮷野");
  private static final List<String> FAMILY_KANA =
      List.of(
          "サトウ", "スズキ", "タカハシ", "タナカ", "イトウ", "ワタナベ", "ヤマモト", "ナカムラ", "コバヤシ", "カトウ", "ヨシダ", "ヤマダ",
          "タカギ", "サイトウ", "ヨシノ");
  private static final List<String> GIVEN =
      List.of("陽菜", "結衣", "葵", "さくら", "蓮", "翔太", "大翔", "湊", "美咲", "莉子", "健一", "Émile");
  private static final List<String> GIVEN_KANA =
      List.of("ヒナ", "ユイ", "アオイ", "サクラ", "レン", "ショウタ", "ヒロト", "ミナト", "ミサキ", "リコ", "ケンイチ", "エミール");
  private static final List<String> MEMOS =
      List.of(
          "",
          "VIP 🎉",
          "住所変更済み",
          "返品多め ⚠️",
          "お誕生日クーポン送付 🎂👗",
          "calls on Mondays",
          "  ",
          "「至急」'quoted'");
  private static final List<String> STATUSES =
      List.of("受付", "入金済", "出荷済", "配達済", "NEW", "CANCELED");
  private static final List<String> DEVICES = List.of("ios", "android", "web", "");
  private static final List<String> SEASONS = List.of("Spring", "SUMMER", "autumn", "冬物", "Sale-赤");
  private static final List<String> OFFSETS = List.of("+09:00", "+00:00", "-05:30", "+09:00");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSS", Locale.ROOT);
  private static final LocalDateTime NEW_YEAR = LocalDateTime.of(2026, 1, 1, 0, 0);
  private static final int SECONDS_PER_YEAR = 31_536_000;
  private static final int MILLIS_END = 23;
  private static final int TICKS_PER_SECOND = 10_000_000;

  private final SplittableRandom random;
  private final Catalogue catalogue;
  private final Supplier<String> ordered;

  /** Rows of the year before the shop's opening. */
  ShopRows(SplittableRandom random, Catalogue catalogue) {
    this.random = random;
    this.catalogue = catalogue;
    this.ordered = () -> time().substring(0, MILLIS_END);
  }

  /**
   * The same, with lines that are ordered now.
   *
   * @param clock that says when
   */
  ShopRows(SplittableRandom random, Catalogue catalogue, Clock clock) {
    this.random = random;
    this.catalogue = catalogue;
    this.ordered =
        () ->
            TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .substring(0, MILLIS_END);
  }

  /**
   * The key of the n-th row of a table that is filled in order, from 0; the same for every seed but
   * for carts.
   *
   * @param carts the keys of the carts, which their lines need
   */
  Object[] key(ShopTable table, int n, List<Object[]> carts) {
    return switch (table) {
      case PRODUCTS, CUSTOMERS, ORDERS -> new Object[] {n + 1};
      case STOCK -> new Object[] {n / SIZES.size() + 1, SIZES.get(n % SIZES.size())};
      case CARTS -> new Object[] {uuid()};
      case CART_LINES -> new Object[] {carts.get(n % carts.size())[0], n / carts.size() + 1};
      case ORDER_LINES -> new Object[] {n / 2 + 1, n % 2 + 1};
      case COUPON_CODES -> new Object[] {couponCode(n)};
    };
  }

  String couponCode(int n) {
    return one(SEASONS) + "-" + (n + 1);
  }

  String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString().toUpperCase(Locale.ROOT);
  }

  /**
   * A row with a key.
   *
   * @param key at least the key's columns, which it begins with
   */
  @Nullable Object[] row(ShopTable table, @Nullable Object[] key) {
    @Nullable Object[] row =
        switch (table) {
          case PRODUCTS -> product();
          case STOCK ->
              new Object[] {
                null, null, random.nextInt(200), random.nextInt(5), rarely("棚-" + below(90)), time()
              };
          case CUSTOMERS -> customer();
          case CARTS ->
              new Object[] {
                null, mostly(below(10_000) + 1), one(DEVICES), random.nextInt(4) == 0, time()
              };
          case CART_LINES ->
              new Object[] {
                null,
                null,
                below(6_000) + 1,
                one(SIZES),
                below(5) + 1,
                time().substring(0, MILLIS_END)
              };
          case ORDERS ->
              new Object[] {
                null,
                below(10_000) + 1,
                one(STATUSES),
                BigDecimal.valueOf(random.nextLong(10_000_000), 2),
                random.nextInt(8) == 0,
                rarely(one(MEMOS)),
                time() + " " + one(OFFSETS)
              };
          case ORDER_LINES ->
              new Object[] {
                null,
                null,
                below(6_000) + 1,
                below(4) + 1,
                price(),
                rarely(BigDecimal.valueOf(below(9_999), 4)),
                rarely(one(MEMOS)),
                ordered.get()
              };
          case COUPON_CODES ->
              new Object[] {
                null,
                BigDecimal.valueOf(below(10_000), 2),
                below(1_000),
                date(2026),
                rarely(date(2027)),
                one(MEMOS)
              };
        };
    System.arraycopy(key, 0, row, 0, table.key().size());
    return row;
  }

  private @Nullable Object[] product() {
    Catalogue.Item item = one(catalogue.items());
    byte[] thumbnail = new byte[below(64)];
    random.nextBytes(thumbnail);
    return new Object[] {
      null,
      item.name() + " " + item.color() + (random.nextInt(20) == 0 ? " 👗" : ""),
      item.brand(),
      item.category(),
      mostly(item.color()),
      price(),
      mostly(BigDecimal.valueOf(below(20_000), 3)),
      mostly(below(50) / 10.0),
      random.nextInt(30) == 0,
      mostly(thumbnail),
      rarely(item.text()),
      time()
    };
  }

  private @Nullable Object[] customer() {
    int family = below(FAMILY.size());
    int given = below(GIVEN.size());
    return new Object[] {
      null,
      FAMILY.get(family) + " " + GIVEN.get(given),
      mostly(FAMILY_KANA.get(family) + " " + GIVEN_KANA.get(given)),
      "customer" + below(1_000_000) + "@shop.example",
      mostly(date(1940 + below(65))),
      below(100_000),
      rarely(one(MEMOS)),
      uuid(),
      time() + " " + one(OFFSETS)
    };
  }

  private BigDecimal price() {
    return one(catalogue.items())
        .price()
        .add(BigDecimal.valueOf(below(100), 4))
        .setScale(4, RoundingMode.UNNECESSARY);
  }

  private String time() {
    LocalDateTime at =
        NEW_YEAR.minusSeconds(below(SECONDS_PER_YEAR)).plusNanos(below(TICKS_PER_SECOND) * 100L);
    return TIME.format(at);
  }

  private String date(int year) {
    return LocalDate.ofYearDay(year, below(365) + 1).toString();
  }

  /** Three of four. */
  private @Nullable Object mostly(Object value) {
    return random.nextInt(4) == 0 ? null : value;
  }

  /** One of three. */
  private @Nullable Object rarely(Object value) {
    return random.nextInt(3) == 0 ? value : null;
  }

  private <T> T one(List<T> values) {
    return values.get(below(values.size()));
  }

  private int below(int bound) {
    return random.nextInt(bound);
  }
}
