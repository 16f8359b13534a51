package dev.renkei.cli;

import dev.renkei.sqlserver.ConfigDraft;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei init}: writes a configuration from a database. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks at a database and writes a configuration for it on standard output.",
      "User and password do not enter the file: it refers to SQLSERVER_USER and SQLSERVER_PASSWORD."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  export SQLSERVER_USER=renkei SQLSERVER_PASSWORD=...",
      "  renkei init --url 'jdbc:sqlserver://db1:1433;databaseName=Shop' > shop.yaml",
      "  renkei check -c shop.yaml",
      "  renkei up -c shop.yaml"
    })
final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description =
          "The database, as mssql-jdbc takes it. Where it has no user and password, those of SQLSERVER_USER and SQLSERVER_PASSWORD are used.")
  private String url;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  InitCommand() {}

  @Override
  public Integer call() {
    String draft;
    try {
      draft = ConfigDraft.of(withLogin(url));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--url: " + e.getMessage());
    } catch (SQLException e) {
      throw new CommandFailure(
          ExitCode.SOURCE,
          "the database cannot be asked: %s%nCheck --url, and the login in it or in SQLSERVER_USER and SQLSERVER_PASSWORD."
              .formatted(e.getMessage()));
    }
    spec.commandLine().getOut().print(draft);
    spec.commandLine().getOut().flush();
    if (System.getenv("SQLSERVER_USER") == null || System.getenv("SQLSERVER_PASSWORD") == null) {
      spec.commandLine()
          .getErr()
          .println(
              "Next: export SQLSERVER_USER and SQLSERVER_PASSWORD, then `renkei check -c FILE`.");
    }
    return ExitCode.OK.number();
  }

  private static String withLogin(String url) {
    String user = System.getenv("SQLSERVER_USER");
    String password = System.getenv("SQLSERVER_PASSWORD");
    boolean named = url.toLowerCase(java.util.Locale.ROOT).matches(".*;\\s*user(name)?\\s*=.*");
    if (named || user == null || password == null) {
      return url;
    }
    return "%s;user={%s};password={%s}".formatted(url, escaped(user), escaped(password));
  }

  private static String escaped(String value) {
    return value.replace("}", "}}");
  }
}
