package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.cli.deploy.Change;
import dev.renkei.cli.deploy.DeployPlan;
import dev.renkei.cli.deploy.DeployPlan.Running;
import dev.renkei.cli.deploy.DeployPlan.Verdict;
import dev.renkei.cli.deploy.Effect;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.Secret;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import dev.renkei.server.StatusReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei deploy plan}: compares what runs with another configuration. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks the processes that run on this machine with which configuration they do, and tells what another one changes:",
      "which tables are loaded again, who needs rights first, what is dangerous, and in which order to restart what.",
      "It changes nothing. Values of secrets are not compared. Asked again after each restart, it tells what is left.",
      "Where the token changes too, RENKEI_TOKEN in the environment is that of the processes that run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei deploy plan -c new.yaml",
      "  renkei deploy plan -c new.yaml --url http://127.0.0.1:8080 --json"
    })
final class DeployPlanCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Ask this control endpoint alone, instead of all processes on this machine.")
  private @Nullable URI url;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  DeployPlanCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration next = option.load();
    List<Running> running = running(next);
    DeployPlan plan = DeployPlan.of(running, next.shown());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(plan));
    } else {
      print(plan, running, out);
    }
    out.flush();
    return switch (plan.verdict()) {
      case NOTHING -> ExitCode.OK.number();
      case ROLL -> ExitCode.DIFFERENT.number();
      case DANGER -> ExitCode.USAGE.number();
    };
  }

  private List<Running> running(Configuration next) throws InterruptedException {
    List<Running> running = new ArrayList<>();
    try {
      for (URI endpoint : endpoints(next)) {
        ControlClient client = new ControlClient(endpoint, token(next), PATIENCE);
        StatusReport status = client.status();
        running.add(new Running(status.pid(), status.roles(), client.configuration()));
      }
    } catch (ControlException e) {
      throw new CommandFailure(ExitCode.HUB, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s cannot be read: %s".formatted(next.dataDir(), e.getMessage()));
    }
    if (running.isEmpty()) {
      throw new CommandFailure(
          ExitCode.HUB,
          "nothing runs with the data_dir %s on this machine. Give --url, or start with `renkei up -c %s`: there is nothing to compare with."
              .formatted(next.dataDir(), option.file()));
    }
    return running;
  }

  private static @Nullable Secret token(Configuration next) {
    String running = System.getenv("RENKEI_TOKEN");
    return running == null || running.isEmpty() ? next.server().token() : new Secret(running);
  }

  private List<URI> endpoints(Configuration next) throws IOException {
    return url != null
        ? List.of(url)
        : RunFiles.living(next.dataDir()).stream().map(RunFiles.Running::url).toList();
  }

  private static void print(DeployPlan plan, List<Running> running, PrintWriter out) {
    if (plan.verdict() == Verdict.NOTHING) {
      out.printf(
          "nothing changes: %d processes run with this configuration; values of secrets are not compared%n",
          running.size());
      return;
    }
    out.printf("changes%n");
    plan.changes().forEach(change -> out.printf("  %s%n", change));
    if (!plan.effects().isEmpty()) {
      out.printf("%neffects%n");
      for (Effect effect : plan.effects()) {
        out.printf("  %-7s %s: %s.%n", kind(effect), effect.subject(), effect.sentence());
      }
    }
    if (plan.verdict() == Verdict.DANGER) {
      out.printf("%nnot to be rolled: see what is dangerous%n");
      return;
    }
    out.printf("%norder%n");
    int number = 1;
    for (DeployPlan.Step step : plan.order()) {
      out.printf("  %d. %s: %s%n", number++, step.what(), step.sentence());
    }
    if (plan.order().isEmpty()) {
      out.printf("  no process that runs here reads what changes%n");
    }
  }

  private static String kind(Effect effect) {
    return effect.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String json(DeployPlan plan) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("format", 1);
    all.put("verdict", plan.verdict().name().toLowerCase(Locale.ROOT));
    all.put("changes", plan.changes().stream().map(DeployPlanCommand::json).toList());
    all.put(
        "effects",
        plan.effects().stream()
            .map(
                effect ->
                    Map.of(
                        "kind", kind(effect),
                        "subject", effect.subject(),
                        "sentence", effect.sentence()))
            .toList());
    all.put("order", plan.order());
    try {
      return new ObjectMapper().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, @Nullable Object> json(Change change) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("key", change.key());
    all.put("from", change.from());
    all.put("to", change.to());
    return all;
  }
}
