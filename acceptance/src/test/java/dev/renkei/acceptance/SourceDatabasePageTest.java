package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docs/source-database.md} as its reader follows it: the scripts, then everything sent. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SourceDatabasePageTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```sql\\n(.*?)```");
  private static final Pattern SENT = Pattern.compile("(?s)## What it sends(.*?)\\n## ");
  private static final Pattern PASSWORD = Pattern.compile("PASSWORD = '([^']+)'");

  private static final String CHANGES =
      """
      USE Shop
      GO
      INSERT INTO dbo.Orders VALUES (2, N'second')
      UPDATE dbo.Stock SET Quantity = 2
      DELETE FROM dbo.Orders WHERE Id = 1
      """;

  @TempDir private Path folder = Path.of("");

  private static String page() throws IOException {
    return Files.readString(Project.root().resolve("docs/source-database.md"));
  }

  private static List<String> blocks(String text) {
    return BLOCK.matcher(text).results().map(block -> block.group(1).strip()).toList();
  }

  private static String block(String page, String with) {
    return blocks(page).stream().filter(b -> b.contains(with)).findFirst().orElseThrow();
  }

  /** Statements of the page, an ellipsis standing for anything. */
  private static List<Pattern> kinds(String page) {
    Matcher section = SENT.matcher(page);
    assertThat(section.find()).isTrue();
    return blocks(section.group(1)).stream()
        .map(
            block ->
                Pattern.compile(
                    Arrays.stream(plain(block).split("…", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"))))
        .toList();
  }

  private static String plain(String sql) {
    return sql.replaceAll("\\s+", " ").strip();
  }

  @ParameterizedTest
  @CsvSource({"SELECT ON SCHEMA, snapshot", "'SELECT ON [dbo].[Orders]', read_committed"})
  void itsRightsAreEnoughAndItsListOfStatementsIsWhole(String rights, String isolation)
      throws Exception {
    String page = page();
    Matcher password = PASSWORD.matcher(page);
    assertThat(password.find()).isTrue();
    Set<String> sent = ConcurrentHashMap.newKeySet();
    try (StandIn shop = StandIn.builder().inMemory().database("Shop").start()) {
      shop.execute(
          """
          USE Shop
          GO
          CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(20))
          CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY, Quantity int, Secret int)
          INSERT INTO dbo.Orders VALUES (1, N'first')
          INSERT INTO dbo.Stock VALUES (1, 1, 7)
          """);
      List<String> scripts = new ArrayList<>();
      scripts.add(block(page, "ENABLE CHANGE_TRACKING"));
      scripts.add(block(page, "CREATE LOGIN"));
      scripts.add(block(page, rights));
      for (String script : scripts) {
        shop.execute(script);
      }
      try (var watching = shop.onRequest(text -> sent.add(plain(text)));
          Installation renkei =
              Installation.of(
                  folder,
                  shop,
                  "Shop",
                  """
                    defaults: {interval: 100ms}
                    include: ["dbo.*"]
                    override: {dbo.Stock: {exclude_columns: [Secret]}}
                  """,
                  "renkei",
                  password.group(1))) {
        Files.writeString(
            renkei.file(),
            Files.readString(renkei.file())
                .replace("source:\n", "source:\n  isolation: " + isolation + "\n"));
        goesTheWholeWay(renkei, shop);
      }
    }
    List<Pattern> kinds = kinds(page);
    sent.removeIf(plain(CHANGES)::contains);
    assertThat(sent)
        .hasSizeGreaterThan(10)
        .allSatisfy(text -> assertThat(kinds).anyMatch(kind -> kind.matcher(text).matches()));
  }

  private static void goesTheWholeWay(Installation renkei, StandIn shop) throws Exception {
    Ended check = renkei.run("check");
    assertThat(check).as(check.toString()).returns(0, Ended::code);
    assertThat(check.output()).doesNotContain("GRANT", "note  source");
    renkei.up();
    renkei.untilArrived(0);
    shop.execute(CHANGES);
    renkei.untilArrived(3);
    assertThat(renkei.client().query("SELECT Id FROM dbo.Orders", null, 9).rows()).hasSize(1);
    assertThat(renkei.run("reload", "dbo.Stock")).returns(0, Ended::code);
    renkei.untilArrived(3);
  }
}
