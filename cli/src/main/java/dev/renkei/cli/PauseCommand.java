package dev.renkei.cli;

import dev.renkei.cli.node.HubRests;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei pause}: parts of an installation rest until they are resumed. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets tables, warehouses, flows or the whole source rest, in all processes, until `renkei resume`; restarts change",
      "nothing. It takes effect within two seconds and loses nothing: what rests goes on where it stood. A warehouse is",
      "closed, so that its file is free. A table whose changes the source has dropped by then is loaded again.",
      "",
      "Without a part it lists what rests."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei pause -c shop.yaml dbo.Orders --reason \"index is rebuilt, back at 04:00\"",
      "  renkei pause -c shop.yaml --source          the database is moved",
      "  renkei pause -c shop.yaml --warehouse local its file is copied",
      "  renkei pause -c shop.yaml --flow rules      nobody is to be notified now",
      "  renkei pause -c shop.yaml                   what rests?"
    })
final class PauseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;
  @Mixin private PartOptions meant;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For whoever finds it resting.")
  private String reason = "";

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  PauseCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Configuration config = option.load();
    List<Part> parts = meant.parts();
    PrintWriter out = spec.commandLine().getOut();
    HubAccess.useAlone(
        config,
        hub -> {
          HubRests rests = new HubRests(config, new Pauses(hub.claims()), "renkei pause");
          for (Part part : parts) {
            rests.pause(part, reason);
          }
          print(out, rests.all());
        });
    return ExitCode.OK.number();
  }

  /** What rests now, a line each. */
  static void print(PrintWriter out, Collection<Pause> resting) {
    if (resting.isEmpty()) {
      out.println("nothing rests");
    }
    for (Pause pause : resting) {
      out.printf(
          "%s rests since %s%s; %s%n",
          pause.part(),
          pause.since(),
          pause.reason().isEmpty() ? "" : " (" + pause.reason() + ")",
          pause.cure());
    }
    out.flush();
  }
}
