package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables of the shop; the key's columns come first. */
enum ShopTable {
  PRODUCTS(
      "Products",
      1,
      0.05,
      List.of("Price", "Discontinued", "ChangedAt"),
      "ProductID int NOT NULL",
      "Name nvarchar(120) NOT NULL",
      "Brand nvarchar(60) NOT NULL",
      "Category nvarchar(40) NOT NULL",
      "Color nvarchar(20) NULL",
      "Price money NOT NULL",
      "WeightKg decimal(9,3) NULL",
      "Rating float NULL",
      "Discontinued bit NOT NULL",
      "Thumbnail varbinary(64) NULL",
      "Description nvarchar(max) NULL",
      "ChangedAt datetime2(7) NOT NULL"),
  STOCK(
      "Stock",
      2,
      0.25,
      List.of("Quantity", "ChangedAt"),
      "ProductID int NOT NULL",
      "Size varchar(6) NOT NULL",
      "Quantity int NOT NULL",
      "Reserved int NOT NULL",
      "Shelf nvarchar(20) NULL",
      "ChangedAt datetime2(7) NOT NULL"),
  CUSTOMERS(
      "Customers",
      1,
      0.12,
      List.of("Points", "Memo"),
      "CustomerID int NOT NULL",
      "Name nvarchar(60) NOT NULL",
      "Kana nvarchar(60) NULL",
      "Email nvarchar(120) NOT NULL",
      "BirthDate date NULL",
      "Points int NOT NULL",
      "Memo nvarchar(200) NULL",
      "Token uniqueidentifier NOT NULL",
      "RegisteredAt datetimeoffset(7) NOT NULL"),
  CARTS(
      "Carts",
      1,
      0.05,
      List.of("Abandoned", "ChangedAt"),
      "CartID uniqueidentifier NOT NULL",
      "CustomerID int NULL",
      "Device varchar(10) NOT NULL",
      "Abandoned bit NOT NULL",
      "ChangedAt datetime2(7) NOT NULL"),
  CART_LINES(
      "CartLines",
      2,
      0.13,
      List.of("Quantity"),
      "CartID uniqueidentifier NOT NULL",
      "LineNumber smallint NOT NULL",
      "ProductID int NOT NULL",
      "Size varchar(6) NOT NULL",
      "Quantity smallint NOT NULL",
      "AddedAt datetime2(3) NOT NULL"),
  ORDERS(
      "Orders",
      1,
      0.12,
      List.of("Status", "Message"),
      "OrderID int NOT NULL",
      "CustomerID int NOT NULL",
      "Status nvarchar(12) NOT NULL",
      "Total decimal(12,2) NOT NULL",
      "Gift bit NOT NULL",
      "Message nvarchar(200) NULL",
      "OrderedAt datetimeoffset(7) NOT NULL"),
  ORDER_LINES(
      "OrderLines",
      2,
      0.26,
      List.of("Quantity", "UnitPrice"),
      "OrderID int NOT NULL",
      "LineNumber smallint NOT NULL",
      "ProductID int NOT NULL",
      "Quantity smallint NOT NULL",
      "UnitPrice money NOT NULL",
      "Discount decimal(5,4) NULL",
      "Note nvarchar(80) NULL",
      "OrderedAt datetime2(3) NOT NULL"),
  COUPON_CODES(
      "Coupon Codes",
      1,
      0.02,
      List.of("Uses", "Note"),
      "Code nvarchar(40) NOT NULL",
      "Percent decimal(5,2) NOT NULL",
      "Uses int NOT NULL",
      "ValidFrom date NOT NULL",
      "ValidTo date NULL",
      "Note nvarchar(100) NULL");

  private final TableName table;
  private final int keyLength;
  private final double share;
  private final List<ShopColumn> columns;
  private final List<ShopColumn> changing;

  ShopTable(String name, int keyLength, double share, List<String> changing, String... columns) {
    this.table = new TableName("dbo", name);
    this.keyLength = keyLength;
    this.share = share;
    this.columns =
        Arrays.stream(columns)
            .map(text -> text.split(" ", 2))
            .map(words -> ShopColumn.of(words[0], words[1]))
            .toList();
    this.changing = this.columns.stream().filter(c -> changing.contains(c.name())).toList();
  }

  TableName table() {
    return table;
  }

  /** In brackets, as T-SQL wants it. */
  String quoted() {
    return "[%s].[%s]".formatted(table.schema(), table.table());
  }

  /** Of how many rows the shop has, this table has so many. */
  int rowsOf(int all) {
    return Math.max(1, (int) Math.round(all * share));
  }

  List<ShopColumn> columns() {
    return columns;
  }

  List<ShopColumn> key() {
    return columns.subList(0, keyLength);
  }

  /** What an update sets. */
  List<ShopColumn> changing() {
    return changing;
  }

  /** Positions of {@link #changing} in a row. */
  int[] changingPositions() {
    return changing.stream().mapToInt(columns::indexOf).toArray();
  }

  String createSql() {
    return "CREATE TABLE %s (%s, PRIMARY KEY (%s))"
        .formatted(
            quoted(),
            columns.stream()
                .map(c -> quoted(c) + " " + c.definition())
                .collect(Collectors.joining(", ")),
            names(key()));
  }

  /** Inserts so many rows, by parameters. */
  String insertSql(int rows) {
    String row = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
    return "INSERT INTO %s (%s) VALUES %s"
        .formatted(quoted(), names(columns), String.join(", ", Collections.nCopies(rows, row)));
  }

  /** Sets {@link #changing}; the key's parameters come last. */
  String updateSql() {
    return "UPDATE %s SET %s WHERE %s"
        .formatted(quoted(), assignments(changing, ", "), assignments(key(), " AND "));
  }

  /** Gives a row another key: new key, then old. */
  String moveSql() {
    return "UPDATE %s SET %s WHERE %s"
        .formatted(quoted(), assignments(key(), ", "), assignments(key(), " AND "));
  }

  String deleteSql() {
    return "DELETE FROM %s WHERE %s".formatted(quoted(), assignments(key(), " AND "));
  }

  String keysSql() {
    return "SELECT %s FROM %s".formatted(names(key()), quoted());
  }

  /** The key of a row as the ledger writes it. */
  String keyText(Object[] row) {
    return KeyText.of(
        IntStream.range(0, keyLength)
            .mapToObj(i -> columns.get(i).keyPart(String.valueOf(row[i])))
            .toList());
  }

  private static String names(List<ShopColumn> columns) {
    return columns.stream().map(ShopTable::quoted).collect(Collectors.joining(", "));
  }

  private static String assignments(List<ShopColumn> columns, String between) {
    return columns.stream().map(c -> quoted(c) + " = ?").collect(Collectors.joining(between));
  }

  private static String quoted(ShopColumn column) {
    return "[" + column.name() + "]";
  }
}
