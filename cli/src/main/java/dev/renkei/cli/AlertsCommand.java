package dev.renkei.cli;

import dev.renkei.core.config.Configuration;
import dev.renkei.notifier.AlertDesk;
import dev.renkei.notifier.AlertMessage;
import dev.renkei.server.alert.AlertRule;
import dev.renkei.server.alert.AlertRules;
import dev.renkei.server.alert.Notice;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code renkei alerts}: what alerts, and whether those who are to know can be told. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "What alerts, and whether those who are to know can be told (docs/alerts.md).",
    subcommands = {AlertsCommand.ListCommand.class, AlertsCommand.TestCommand.class})
final class AlertsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  AlertsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: list or test.");
  }

  /** {@code renkei alerts list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description =
          "All alerts of a configuration, with their limits; `renkei status` shows which fire.")
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConfigurationOption option;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    ListCommand() {}

    @Override
    public Integer call() {
      Configuration config = option.load();
      PrintWriter out = spec.commandLine().getOut();
      for (AlertRule rule : AlertRules.of(config.alerts())) {
        out.printf(
            "%-22s %-8s %s%n%-31s %s%n",
            rule.name(),
            rule.severity().name().toLowerCase(Locale.ROOT),
            rule.summary() + ".",
            "",
            rule.condition());
      }
      config.alerts().to().forEach(target -> out.printf("told: %s%n", target.url().origin()));
      if (config.alerts().to().isEmpty()) {
        out.printf("told: nobody; `alerts: {to: ...}` names who is.%n");
      }
      out.flush();
      return ExitCode.OK.number();
    }
  }

  /** {@code renkei alerts test}. */
  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Sends a notice that is marked as a test to each target of `alerts.to`, once, and shows it and the answer.",
        "Exit code 6 where one does not arrive."
      },
      footerHeading = "%nExamples:%n",
      footer = "  renkei alerts test -c shop.yaml")
  static final class TestCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConfigurationOption option;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    TestCommand() {}

    @Override
    public Integer call() throws InterruptedException {
      Configuration config = option.load();
      if (config.alerts().to().isEmpty()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "nobody is told of alerts: name targets in `alerts: {to: [{slack: ...}, {webhook: ...}]}`.");
      }
      Notice notice = Notice.test(config.name(), Clock.systemUTC().instant());
      List<AlertDesk.Answer> answers =
          AlertDesk.tryOnce(
              config.alerts().to(), new AlertMessage(notice.id(), notice.json(), notice.slack()));
      PrintWriter out = spec.commandLine().getOut();
      for (AlertDesk.Answer answer : answers) {
        out.printf("%s %s%n  %s%n", answer.place(), answer.answer(), answer.body());
      }
      out.flush();
      return answers.stream().allMatch(AlertDesk.Answer::arrived)
          ? ExitCode.OK.number()
          : ExitCode.DIFFERENT.number();
    }
  }
}
