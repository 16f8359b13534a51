package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.standin.sample.AdventureWorks;
import dev.renkei.standin.sample.JapaneseText;
import dev.renkei.standin.sample.SourceColumn;
import dev.renkei.standin.sample.SourceTable;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Real data goes in and comes back value for value. Skipped where the data is absent. */
class RealDataTest extends StandInSuite {
  private static final String ABSENT = "needs RENKEI_DATA: there is no sample data here";

  @Test
  void adventureWorksComesBackValueForValue() throws Exception {
    Optional<AdventureWorks> found = AdventureWorks.find();
    assumeTrue(found.isPresent(), ABSENT);
    AdventureWorks sample = found.get();
    sample.create(client.connection());
    for (SourceTable table : sample.tables()) {
      long rows = sample.load(client.connection(), table);
      List<String> expected = new ArrayList<>();
      sample.read(table, row -> expected.add(canonical(row)));
      assertThat(rows).as(table.quotedName()).isEqualTo(expected.size());
      List<String> actual = stored(table);
      expected.sort(null);
      actual.sort(null);
      assertThat(actual.size()).as(table.quotedName()).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).as(table.quotedName()).isEqualTo(expected.get(i));
      }
    }
  }

  private List<String> stored(SourceTable table) throws Exception {
    List<String> rows = new ArrayList<>();
    String columns =
        table.columns().stream()
            .map(column -> "[" + column.name() + "]")
            .collect(Collectors.joining(", "));
    try (Statement statement = client.connection().createStatement();
        ResultSet result =
            statement.executeQuery("SELECT " + columns + " FROM " + table.quotedName())) {
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
          row.add(read(result, i + 1, table.columns().get(i)));
        }
        rows.add(canonical(row));
      }
    }
    return rows;
  }

  private static @Nullable Object read(ResultSet result, int index, SourceColumn column)
      throws Exception {
    String type = column.baseType().replaceAll("\\(.*", "").toLowerCase(Locale.ROOT);
    return switch (type) {
      case "datetime" -> result.getObject(index, LocalDateTime.class);
      case "date" -> result.getObject(index, LocalDate.class);
      case "time" -> result.getObject(index, LocalTime.class);
      case "varbinary", "hierarchyid", "geography" -> result.getBytes(index);
      default -> result.getObject(index);
    };
  }

  /**
   * A row as text: numbers without trailing zeros, bytes as hex, NULL apart from the text "null".
   */
  private static String canonical(List<@Nullable Object> row) {
    StringBuilder text = new StringBuilder();
    for (Object value : row) {
      text.append('|').append(canonical(value));
    }
    return text.toString();
  }

  private static String canonical(@Nullable Object value) {
    if (value == null) {
      return "\u0000";
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof BigDecimal number) {
      return number.stripTrailingZeros().toPlainString();
    }
    String text = value.toString();
    return text.matches("-?\\d+\\.\\d+") ? canonical(new BigDecimal(text)) : text;
  }

  @Test
  void japaneseNamesAndAddressesComeBack() throws Exception {
    Optional<JapaneseText> sample = JapaneseText.find();
    assumeTrue(sample.isPresent(), ABSENT);
    client.run(
        "CREATE TABLE dbo.名前 (番号 int NOT NULL PRIMARY KEY, kind varchar(20), 漢字 nvarchar(20),"
            + " ひらがな nvarchar(40), カタカナ nvarchar(40), romaji varchar(40))",
        "CREATE TABLE dbo.住所 (番号 int NOT NULL PRIMARY KEY, 郵便 char(7), 県 nvarchar(4),"
            + " 県カナ nvarchar(10), 市 nvarchar(20), 市カナ nvarchar(40), 町 nvarchar(60))");
    comesBack("dbo.名前", sample.get().names(Integer.MAX_VALUE));
    comesBack("dbo.住所", sample.get().addresses(20_000));
    assertThat(client.number("SELECT COUNT(*) FROM dbo.名前 WHERE カタカナ = N'サクラ'")).isPositive();
    assertThat(client.number("SELECT COUNT(*) FROM dbo.住所 WHERE 町 = N''")).isPositive();
    assertThat(client.number("SELECT COUNT(*) FROM dbo.住所 WHERE 町 IS NULL")).isZero();
    assertThat(client.value("SELECT TOP 1 LEN(県カナ) FROM dbo.住所 WHERE 県 = N'北海道'")).isEqualTo(7);
  }

  private void comesBack(String table, List<List<@Nullable String>> rows) throws Exception {
    client.connection().setAutoCommit(false);
    try (PreparedStatement insert =
        client
            .connection()
            .prepareStatement(
                "INSERT " + table + " VALUES (?" + ", ?".repeat(rows.get(0).size()) + ")")) {
      for (int i = 0; i < rows.size(); i++) {
        insert.setInt(1, i);
        for (int column = 0; column < rows.get(i).size(); column++) {
          insert.setNString(column + 2, rows.get(i).get(column));
        }
        insert.addBatch();
        if (i % 1000 == 999) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
    }
    client.connection().commit();
    client.connection().setAutoCommit(true);
    List<List<@Nullable Object>> stored = client.rows("SELECT * FROM " + table + " ORDER BY 番号");
    assertThat(stored.size()).isEqualTo(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertThat(stored.get(i).subList(1, stored.get(i).size())).isEqualTo(rows.get(i));
    }
  }

  @Test
  void charactersOutsideTheBasicPlaneComeBack() throws Exception {
    String text = "𠮷野家の𩸽と😀👨‍👩‍👧‍👦、ﾊﾝｶｸ";
    client.run(
        "CREATE TABLE dbo.t (k nvarchar(40) NOT NULL PRIMARY KEY, m nvarchar(max), n ntext)");
    client.update("INSERT dbo.t VALUES (?, ?, ?)", text, text, text);
    client.run("INSERT dbo.t VALUES (N'" + text + "!', N'', NULL)");
    assertThat(client.rows("SELECT k, m, n FROM dbo.t WHERE k = ?", text))
        .containsExactly(Client.row(text, text, text));
    assertThat(client.rows("SELECT k, m, n FROM dbo.t WHERE k = N'" + text + "!'"))
        .containsExactly(Client.row(text + "!", "", null));
    assertThat(client.number("SELECT LEN(k) FROM dbo.t WHERE k = ?", text))
        .isEqualTo(text.length());
    assertThat(client.number("SELECT DATALENGTH(k) FROM dbo.t WHERE k = ?", text))
        .isEqualTo(2L * text.length());
  }
}
