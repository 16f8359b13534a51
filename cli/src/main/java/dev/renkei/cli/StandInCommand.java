package dev.renkei.cli;

import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code renkei stand-in}: something that behaves like SQL Server with Change Tracking, until it is
 * stopped.
 */
@Command(
    name = "stand-in",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a stand-in for SQL Server with Change Tracking, for development and tests.",
      "It is not SQL Server: what it does not know it refuses, and its README says what it cannot prove."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei stand-in                                  in memory, on 127.0.0.1:14330",
      "  renkei stand-in --port 0 --database Shop         any free port; database Shop exists, snapshot isolation on",
      "  renkei stand-in --data ./standin --script a.sql  kept on disk; a.sql runs before the address is printed",
      "  tsql -H 127.0.0.1 -p 14330 -U sa -P PASSWORD     a client (Debian: freetds-bin)"
    })
final class StandInCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "14330",
      description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description =
          "Password of the user sa (default: a new one each time, printed; or RENKEI_STANDIN_PASSWORD).")
  private @Nullable String password;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description =
          "A database to create where it does not exist, with ALLOW_SNAPSHOT_ISOLATION ON.")
  private @Nullable String database;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the databases in this directory (default: in memory).")
  private @Nullable Path directory;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description =
          "A T-SQL script (GO allowed) to run before the address is printed; may be given several times.")
  private List<Path> scripts = List.of();

  @Option(
      names = "--once",
      description = "Stop as soon as it is ready: to try a script, or this machine.")
  private boolean once;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  StandInCommand() {}

  @Override
  public Integer call() throws Exception {
    long begun = System.nanoTime();
    StandIn.Builder builder = StandIn.builder().host(host).port(port);
    String chosen = password != null ? password : System.getenv("RENKEI_STANDIN_PASSWORD");
    if (chosen != null) {
      builder.password(chosen);
    }
    if (database != null) {
      builder.database(database);
    }
    if (directory != null) {
      builder.directory(directory);
    }
    StopSignal stop = StopSignal.install();
    try (StandIn standIn = start(builder)) {
      runScripts(standIn);
      PrintWriter out = spec.commandLine().getOut();
      out.printf("address  %s:%d%n", host, standIn.port());
      out.printf("user     %s%n", standIn.user());
      out.printf("password %s%n", standIn.password());
      out.printf(
          "ready in %.1f s, %s; Ctrl-C stops it%n",
          (System.nanoTime() - begun) / 1e9,
          directory == null ? "data in memory" : "data in " + directory);
      out.flush();
      if (!once) {
        stop.await();
      }
    }
    spec.commandLine().getErr().println("stopped");
    return ExitCode.OK.number();
  }

  private StandIn start(StandIn.Builder builder) throws Exception {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, isTaken(e) ? taken() : String.valueOf(e.getMessage()));
    }
  }

  private static boolean isTaken(IOException failure) {
    return failure instanceof BindException || failure.getCause() instanceof BindException;
  }

  private String taken() {
    return "cannot listen on %s:%d. Choose another port with --port, or --port 0 for a free one."
        .formatted(host, port);
  }

  private void runScripts(StandIn standIn) throws Exception {
    for (Path script : scripts) {
      String text;
      try {
        text = Files.readString(script);
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.USAGE, "cannot read the script %s: %s".formatted(script, e));
      }
      try {
        standIn.execute(text);
      } catch (java.sql.SQLException e) {
        throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(script, e.getMessage()));
      }
    }
  }
}
