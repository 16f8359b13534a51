package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's Chromium, driven by Playwright; nothing is downloaded. */
final class Chromium implements AutoCloseable {
  /** Where systems have it. */
  private static final List<String> PLACES =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

  private static final double PATIENCE_MILLIS = 120_000;

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> complaints = new ArrayList<>();

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it; skips the test where the system has none. */
  static Chromium start() {
    Optional<Path> place =
        Stream.concat(
                Optional.ofNullable(System.getenv("RENKEI_CHROMIUM")).stream(), PLACES.stream())
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(place.isPresent(), "needs Chromium (apt-get install chromium)");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      return new Chromium(
          playwright,
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(place.orElseThrow())
                      .setTimeout(PATIENCE_MILLIS)
                      // CI runs as root in a container, where Chromium has no sandbox.
                      .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage"))));
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /**
   * How somebody looks.
   *
   * @param language of the browser
   */
  record Looker(String name, int width, int height, String language, ColorScheme colours) {}

  /** A new page that nobody has used before; what it complains of is kept. */
  Page page(Looker looker) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(looker.width(), looker.height())
                .setLocale(looker.language())
                .setTimezoneId("Asia/Tokyo")
                .setColorScheme(looker.colours()));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    Page page = context.newPage();
    page.onPageError(error -> complaints.add(looker.name() + ": " + error));
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add("%s %s: %s".formatted(looker.name(), page.url(), message.text()));
          }
        });
    return page;
  }

  /** What pages have complained of since the last time; that list is then empty. */
  List<String> complaints() {
    List<String> told = List.copyOf(complaints);
    complaints.clear();
    return told;
  }

  void assertQuiet() {
    assertThat(complaints()).isEmpty();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
