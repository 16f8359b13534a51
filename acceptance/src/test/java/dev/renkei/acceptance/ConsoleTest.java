package dev.renkei.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.renkei.core.config.Secret;
import dev.renkei.server.ControlClient;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console in a real browser, on a real chain: every page in both languages and both colours, on
 * a desk and on a phone; what it shows, refuses and changes. Leaves pictures in {@code
 * target/screens}.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ConsoleTest {
  private static final String TOKEN = "open-sesame-of-the-console";
  private static final Path SCREENS = Path.of("target/screens");
  private static final List<String> PAGES =
      List.of(
          "/",
          "/console/tables",
          "/console/tables/dbo.Orders",
          "/console/trackers",
          "/console/flows",
          "/console/rules",
          "/console/dead-letters",
          "/console/history",
          "/console/alerts",
          "/console/query",
          "/console/processes");
  private static final List<Chromium.Looker> LOOKERS =
      List.of(
          new Chromium.Looker("desk-light-en", 1440, 900, "en-US", ColorScheme.LIGHT),
          new Chromium.Looker("desk-dark-ja", 1280, 900, "ja-JP", ColorScheme.DARK),
          new Chromium.Looker("phone-light-ja", 360, 740, "ja-JP", ColorScheme.LIGHT),
          new Chromium.Looker("phone-dark-en", 360, 740, "en-US", ColorScheme.DARK));

  @TempDir private Path folder = Path.of("");
  private int port;

  @BeforeAll
  static void bePatient() throws IOException {
    PlaywrightAssertions.setDefaultAssertionTimeout(120_000);
    Files.createDirectories(SCREENS);
  }

  @Test
  void showsAndChangesARunningChain() throws Exception {
    try (Chromium chromium = Chromium.start();
        StandIn shop = shop();
        Installation renkei = installation(shop)) {
      renkei.up();
      awaitRows(renkei);

      everyPageIsWellMade(chromium);
      wordsOfJapanesePagesAreJapanese(chromium);
      keysReachEverything(chromium);
      asksForTheTokenOnceAndReloads(chromium, renkei);
      pausesATableAndLetsItGoOn(chromium);
      countsRuleByRule(chromium, shop);
      answersQuestions(chromium);
      knowsWhenTheProcessIsAwayAndComesBack(chromium, renkei);
    }
  }

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, Email nvarchar(40), Quantity int NOT NULL, OrderedAt datetime2 NOT NULL)
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
        CREATE TABLE dbo.[受注明細] (ID int NOT NULL PRIMARY KEY, [品名] nvarchar(40))
        ALTER TABLE dbo.[受注明細] ENABLE CHANGE_TRACKING
        CREATE TABLE dbo.A_table_with_a_name_that_is_much_longer_than_anybody_would_like_it_to_be_in_a_list (ID int NOT NULL PRIMARY KEY)
        ALTER TABLE dbo.A_table_with_a_name_that_is_much_longer_than_anybody_would_like_it_to_be_in_a_list ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Orders VALUES (1, N'hanako@shop.example', 3, '2026-01-31 12:00:00'), (2, N'<img src=x onerror="window.hacked=1">', 1, '2026-01-31 12:01:00')
        INSERT INTO dbo.[受注明細] VALUES (1, N'花瓶')
        """);
    return shop;
  }

  private Installation installation(StandIn shop) throws Exception {
    Installation renkei =
        Installation.of(
            folder, shop, "Shop", "  defaults: {interval: 100ms}\n  include: [\"dbo.*\"]");
    String keys = folder.resolve("keyset.json").toString();
    assertThat(renkei.runAsIs(List.of("keys", "create", keys)).code()).isZero();
    port = freePort();
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
                .replace(
                    "server: {listen: \"127.0.0.1:0\"}",
                    "server: {listen: \"127.0.0.1:%d\", token: \"%s\"}".formatted(port, TOKEN))
                .replace(
                    "{local:",
                    "{masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}, local:")
            + """
            privacy: {keyset: "${file:keyset.json}", columns: {"**.Email": {method: hash}}}
            features:
              sold: {from: dbo.Orders, key: row.OrderID, time: row.OrderedAt, timezone: UTC, window: {fixed: 1m}, values: {quantity: sum(row.Quantity)}}
            rules:
              few: {from: dbo.Orders, when: "row.Quantity == 1", to: log}
              many: {from: dbo.Orders, when: "row.Quantity > 50", throttle: 1/1h, to: log}
            """);
    return renkei;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(port, path);
  }

  private ControlClient client() {
    return new ControlClient(URI.create(url("/")), new Secret(TOKEN), Duration.ofSeconds(30));
  }

  private void awaitRows(Installation renkei) throws Exception {
    renkei.until(
        () ->
            client().status().warehouses().stream().allMatch(one -> one.rows() >= 3)
                ? Optional.empty()
                : Optional.of("rows in both warehouses"));
  }

  /** Opens a page and waits until it shows how things are. */
  private Page open(Page page, String path) {
    page.navigate(url(path));
    page.locator("#headline").waitFor();
    page.locator("main h1").waitFor();
    return page;
  }

  private void everyPageIsWellMade(Chromium chromium) throws Exception {
    List<String> faults = new ArrayList<>();
    for (Chromium.Looker looker : LOOKERS) {
      Page page = chromium.page(looker);
      for (String path : PAGES) {
        open(page, path);
        if (path.equals("/")) {
          page.locator("section[aria-labelledby=latency]")
              .locator(".legend, .nothing")
              .first()
              .waitFor();
        }
        ((List<?>) page.evaluate(audit()))
            .forEach(fault -> faults.add("%s %s: %s".formatted(looker.name(), path, fault)));
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(SCREENS.resolve(looker.name() + path.replace('/', '-') + ".png")));
      }
      page.context().close();
    }
    assertThat(faults).isEmpty();
    // What needs the token is refused, and the browser says so in its own log.
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401"));
  }

  private static String audit() throws IOException {
    try (InputStream in = ConsoleTest.class.getResourceAsStream("audit.js")) {
      return new String(
          Objects.requireNonNull(in, "audit.js").readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void wordsOfJapanesePagesAreJapanese(Chromium chromium) {
    Page page = chromium.page(LOOKERS.get(1));
    List<String> foreign = new ArrayList<>();
    Pattern names =
        Pattern.compile(
            "SQL|Renkei|Bigtable|local|masked|tracker-[a-z]|dbo\\..*|\\d+|.*[\\u3040-\\u9fff].*",
            Pattern.DOTALL);
    for (String path : PAGES) {
      open(page, path);
      Locator words = page.locator("h1, h2, h3, dt, label, thead th, nav a span, button");
      for (String word : words.allInnerTexts()) {
        if (!word.isBlank() && !names.matcher(word.strip()).matches()) {
          foreign.add(path + ": " + word);
        }
      }
      assertThat(page.locator("body").innerText())
          .as("keys of texts on " + path)
          .doesNotContainPattern("\\b(state|column|page|phase|finding|history|unit)\\.[a-z]+");
    }
    assertThat(foreign).isEmpty();
    page.selectOption("#language", "en");
    assertThat(page.locator("main h1")).hasText("Processes");
    page.reload();
    assertThat(page.locator("main h1")).hasText("Processes");
    page.selectOption("#theme", "light");
    assertThat(page.locator("html")).hasAttribute("data-theme", "light");
    page.context().close();
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401"));
  }

  private void keysReachEverything(Chromium chromium) {
    Page page = open(chromium.page(LOOKERS.get(0)), "/");
    for (int i = 0; i < 20; i++) {
      page.keyboard().press("Tab");
      assertThat(
              (boolean)
                  page.evaluate(
                      """
                      () => {
                        const now = document.activeElement;
                        const style = getComputedStyle(now);
                        return now !== document.body && (now.closest("svg") !== null ||
                          style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
                      }
                      """))
          .as("focus is seen at " + page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
          .isTrue();
    }
    page.keyboard().press("2");
    assertThat(page.locator("main h1")).hasText("Tables");
    assertThat(page.locator("#page")).isFocused();
    page.keyboard().press("?");
    assertThat(page.locator("dialog")).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
    page.goBack();
    assertThat(page.locator("main h1")).hasText("Overview");
    page.context().close();
    chromium.assertQuiet();
  }

  private void asksForTheTokenOnceAndReloads(Chromium chromium, Installation renkei)
      throws Exception {
    Page page = open(chromium.page(LOOKERS.get(0)), "/console/tables/dbo.Orders");
    int before = snapshots();
    Locator dialog = page.locator("dialog");

    page.getByText("Load again").first().click();
    dialog.locator("button.main").click();
    assertThat(dialog.locator("#token")).isVisible();
    assertThat(snapshots()).isEqualTo(before);
    page.fill("#token", "guess");
    dialog.locator("button.main").click();
    assertThat(dialog.locator("[role=alert]")).containsText("not the token");
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENS.resolve("desk-light-en-token.png")));
    page.fill("#token", TOKEN);
    dialog.locator("button.main").click();
    assertThat(page.locator(".toast")).containsText("trackers take the snapshot");
    renkei.until(
        () -> snapshots() > before ? Optional.empty() : Optional.of("the table is not reloaded"));

    page.getByText("Load again").first().click();
    dialog.locator("button.main").click();
    assertThat(dialog).hasCount(0); // the token is known now
    assertThat(page.url()).doesNotContain(TOKEN);
    assertThat((String) page.evaluate("JSON.stringify(localStorage) + document.cookie"))
        .doesNotContain(TOKEN);
    page.reload();
    page.getByText("Forget token").click();
    assertThat((String) page.evaluate("JSON.stringify(sessionStorage)")).doesNotContain(TOKEN);
    page.context().close();
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401"));
  }

  private void pausesATableAndLetsItGoOn(Chromium chromium) {
    Page page = open(chromium.page(LOOKERS.get(0)), "/console/tables/dbo.Orders");
    Locator dialog = page.locator("dialog");
    Locator state = page.locator("section[aria-labelledby=table-now]");

    state.getByText("Pause").click();
    page.fill("#reason", "index is rebuilt");
    dialog.locator("button.main").click();
    page.fill("#token", TOKEN);
    dialog.locator("button.main").click();
    assertThat(page.locator(".toast")).containsText("rests within two seconds");
    assertThat(state).containsText("paused");
    assertThat(page.locator("section[aria-labelledby=table-trackers]"))
        .containsText("index is rebuilt");
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENS.resolve("desk-light-en-paused.png")));

    state.getByText("Resume").click();
    dialog.locator("button.main").click();
    assertThat(dialog).hasCount(0);
    assertThat(state).containsText("tracking");
    page.context().close();
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401"));
  }

  private void countsRuleByRule(Chromium chromium, StandIn shop) throws Exception {
    Page page = open(chromium.page(LOOKERS.get(0)), "/console/rules");
    assertThat(page.locator("table[aria-label=Rules] tbody tr")).hasCount(2);
    order(shop, 1);
    assertThat(cell(page, "few", 5)).hasText("1");
    order(shop, 60);
    assertThat(cell(page, "many", 5)).hasText("1");
    order(shop, 61);
    assertThat(cell(page, "many", 6)).hasText("1");

    assertThat(cell(page, "many", 5)).hasText("1");
    assertThat(cell(page, "few", 5)).hasText("1");
    assertThat(cell(page, "few", 6)).not().hasText(Pattern.compile("\\d"));
    assertThat(cell(page, "few", 7)).hasText(Pattern.compile("\\d\\d?:\\d\\d:\\d\\d.*"));
    assertThat(cell(page, "many", 7)).hasText(Pattern.compile("\\d\\d?:\\d\\d:\\d\\d.*"));
    for (String language : List.of("en", "ja")) {
      page.selectOption("#language", language);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(SCREENS.resolve("desk-light-%s-rules-fired.png".formatted(language))));
    }
    page.context().close();
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401"));
  }

  private static void order(StandIn shop, int quantity) throws Exception {
    shop.execute(
        "USE Shop\nGO\nUPDATE dbo.Orders SET Quantity = %d WHERE OrderID = 1".formatted(quantity));
  }

  /** Of a rule, counted from 0. */
  private static Locator cell(Page page, String rule, int column) {
    return page.locator("main tbody tr")
        .filter(
            new Locator.FilterOptions()
                .setHas(page.getByText(rule, new Page.GetByTextOptions().setExact(true))))
        .locator("th, td")
        .nth(column);
  }

  private int snapshots() throws Exception {
    return client().status().trackers().stream()
        .flatMap(tracker -> tracker.tables().stream())
        .filter(table -> table.table().equals("dbo.Orders"))
        .mapToInt(StatusReport.Table::snapshotsDone)
        .sum();
  }

  private void answersQuestions(Chromium chromium) {
    Page page = open(chromium.page(LOOKERS.get(1)), "/console/query");
    page.selectOption("#language", "en");
    page.selectOption("#warehouse", "local");
    page.fill("#sql", "SELECT OrderID, Email, NULL AS nothing FROM dbo.Orders ORDER BY OrderID");
    page.keyboard().press("Control+Enter");
    page.fill("#token", TOKEN);
    page.locator("dialog button.main").click();

    Locator answer = page.locator("#answer").locator("xpath=ancestor::section");
    assertThat(answer.locator("tbody tr"))
        .hasCount(2, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
    assertThat(answer.locator("tbody tr").nth(1)).containsText("<img src=x onerror=");
    assertThat(answer.locator(".null").first()).hasText("NULL");
    assertThat(page.evaluate("window.hacked")).isNull();
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENS.resolve("desk-dark-en-answer.png")));

    page.fill("#sql", "SELECT FROM WHERE");
    page.locator("form.query button.main").click();
    assertThat(page.locator("#query-error")).containsText("syntax");
    page.fill("#sql", "DROP VIEW dbo.Orders");
    page.locator("form.query button.main").click();
    assertThat(page.locator("#query-error")).not().containsText("syntax");
    assertThat(page.locator("#query-error")).isVisible();
    page.context().close();
    assertThat(chromium.complaints()).allMatch(one -> one.contains("401") || one.contains("400"));
  }

  private void knowsWhenTheProcessIsAwayAndComesBack(Chromium chromium, Installation renkei)
      throws Exception {
    Page page = open(chromium.page(LOOKERS.get(0)), "/console/tables");
    renkei.kill();
    assertThat(page.locator("#headline")).containsText("does not answer");
    assertThat(page.locator("table.rows tbody tr")).hasCount(3); // what it knew
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENS.resolve("desk-light-en-lost.png")));
    renkei.up();
    assertThat(page.locator("#headline")).not().containsText("does not answer");
    assertThat(page.locator("footer")).containsText("started again");
    page.context().close();
  }
}
