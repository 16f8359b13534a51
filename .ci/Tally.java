import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Counts the tests of all modules from Surefire's reports and lists what was skipped and why, what failed and how, and the modules
 * that were not tested because of it. A test that passed only when it was run again is listed with what it failed of the first time.
 * Its last line is {@code N passed, N failed, N skipped}.
 *
 * <p>Usage: {@code java .ci/Tally.java ROOT [--strict]}. With {@code --strict} (or CI=true) it ends with 1 when a test failed, when no
 * test ran, when more than a few were unsteady, or when a test was skipped for a reason that the project does not accept.
 */
final class Tally {
  /** The only reasons for which a test may be skipped where CI=true. */
  private static final List<Pattern> ACCEPTED =
      List.of(
          Pattern.compile("needs a real SQL Server"),
          Pattern.compile("needs a Docker engine"),
          Pattern.compile("needs a Google account"),
          Pattern.compile("needs Google's .* emulator"),
          Pattern.compile("needs RENKEI_DATA"));

  /** So many may pass at their second run only: a machine that stalls, not a change that broke them. */
  private static final int MOST_UNSTEADY = 3;

  /** Of a failure's stack trace, in print. */
  private static final int LINES = 12;

  private int passed;
  private int failed;
  private int skipped;
  private final List<String> refused = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> unsteady = new ArrayList<>();
  private final List<String> untested = new ArrayList<>();
  private final java.util.Map<String, Integer> reasons = new java.util.TreeMap<>();

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    boolean strict =
        "true".equals(System.getenv("CI")) || arguments.length > 1 && arguments[1].equals("--strict");
    Tally tally = new Tally();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        tally.module(module);
      }
    }
    tally.unsteady.forEach(System.out::println);
    tally.failures.forEach(System.out::println);
    if (!tally.untested.isEmpty()) {
      System.out.println("not tested: " + String.join(", ", tally.untested));
    }
    tally.reasons.forEach((reason, count) -> System.out.printf("skipped %d: %s%n", count, reason));
    if (strict) {
      tally.refused.forEach(test -> System.out.println("skipped without an accepted reason: " + test));
    }
    System.out.printf("%d passed, %d failed, %d skipped%n", tally.passed, tally.failed, tally.skipped);
    boolean broken = tally.failed > 0 || tally.passed == 0 || tally.unsteady.size() > MOST_UNSTEADY;
    if (strict && (broken || !tally.refused.isEmpty())) {
      System.exit(1);
    }
  }

  private void module(Path module) throws Exception {
    Path reports = module.resolve("target").resolve("surefire-reports");
    if (!Files.isDirectory(reports)) {
      if (Files.isDirectory(module.resolve("src").resolve("test"))) {
        untested.add(module.getFileName().toString());
      }
      return;
    }
    try (Stream<Path> files = Files.list(reports)) {
      for (Path file : files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml")).sorted().toList()) {
        report(file);
      }
    }
  }

  private void report(Path file) throws Exception {
    NodeList cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      NodeList skips = test.getElementsByTagName("skipped");
      first(test, "flakyFailure", "flakyError").ifPresent(trace -> unsteady.add(told("passed at its second run only:", test, trace)));
      Optional<String> broken = first(test, "failure", "error");
      if (broken.isPresent()) {
        failed++;
        failures.add(told("failed:", test, broken.get()));
      } else if (skips.getLength() > 0) {
        skipped++;
        String reason = ((Element) skips.item(0)).getAttribute("message").replaceFirst("^Assumption failed: ", "").strip();
        reasons.merge(reason, 1, Integer::sum);
        if (ACCEPTED.stream().noneMatch(accepted -> accepted.matcher(reason).find())) {
          refused.add(test.getAttribute("classname") + "." + test.getAttribute("name") + ": " + reason);
        }
      } else {
        passed++;
      }
    }
  }

  /** The text of the first element of these names. */
  private static Optional<String> first(Element test, String... names) {
    return Stream.of(names)
        .map(test::getElementsByTagName)
        .filter(found -> found.getLength() > 0)
        .map(found -> found.item(0).getTextContent())
        .findFirst();
  }

  private static String told(String how, Element test, String trace) {
    return "%s %s.%s%n%s"
        .formatted(
            how,
            test.getAttribute("classname"),
            test.getAttribute("name"),
            trace
                .lines()
                .filter(line -> !line.isBlank())
                .limit(LINES)
                .map(line -> "    " + line + System.lineSeparator())
                .collect(Collectors.joining()));
  }
}
