package dev.renkei.cli;

import dev.renkei.cli.node.HubRests;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei resume}: what rests goes on. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "What `renkei pause` has let rest goes on where it stood, in all processes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei resume -c shop.yaml dbo.Orders",
      "  renkei resume -c shop.yaml --warehouse local",
      "  renkei resume -c shop.yaml --all"
    })
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;
  @Mixin private PartOptions meant;

  @Option(names = "--all", description = "All that rests.")
  private boolean all;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ResumeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    List<Part> parts = meant.parts();
    if (all == !parts.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "name tables, --warehouse, --flow or --source, or say --all.");
    }
    Configuration config = option.load();
    PrintWriter out = spec.commandLine().getOut();
    HubAccess.useAlone(
        config,
        hub -> {
          HubRests rests = new HubRests(config, new Pauses(hub.claims()), "renkei resume");
          List<Part> goOn = all ? rests.all().stream().map(Pause::part).toList() : parts;
          List<Part> resumed = rests.resume(goOn).stream().map(Pause::part).toList();
          for (Part part : goOn) {
            out.println(part + (resumed.contains(part) ? " goes on" : " did not rest"));
          }
          PauseCommand.print(out, rests.all());
        });
    return ExitCode.OK.number();
  }
}
