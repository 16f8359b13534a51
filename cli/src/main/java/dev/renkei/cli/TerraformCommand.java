package dev.renkei.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.renkei.cli.terraform.Installation;
import dev.renkei.cli.terraform.ModuleFiles;
import dev.renkei.cli.terraform.Refusals;
import dev.renkei.cli.terraform.Variables;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code renkei terraform}: variables and modules from the one configuration. */
@Command(
    name = "terraform",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes what Terraform makes of an installation on Google Cloud: topics, subscriptions, datasets, rights, machines.",
      "Names come from the configuration; no value of a secret is written. Files of your own in DIR stay as they are."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei terraform -c shop.yaml -o infrastructure",
      "  renkei terraform -c shop.yaml -o infrastructure --image asia-northeast1-docker.pkg.dev/shop-data/renkei/renkei:0.1.0",
      "  cd infrastructure && terraform init && terraform plan"
    })
final class TerraformCommand implements Callable<Integer> {
  private static final String VARIABLES = "renkei.auto.tfvars.json";

  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOption option;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "The folder, made where it is missing.")
  private Path folder;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description =
          "The container image; by default renkei/renkei of this version in the project's registry.")
  private @Nullable String image;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      defaultValue = "asia-northeast1",
      description = "Where machines, secrets and the bucket are (default: ${DEFAULT-VALUE}).")
  private String region;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  TerraformCommand() {}

  @Override
  public Integer call() {
    try {
      Installation installation = installation(option.load());
      refuse(Refusals.of(installation));
      ModuleFiles modules = ModuleFiles.ofThisRelease();
      refuseStrangers(modules.strangers(folder));
      modules.writeTo(folder);
      Files.writeString(folder.resolve(VARIABLES), json(Variables.of(installation)));
      told(installation, modules);
      return ExitCode.OK.number();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s cannot be written: %s".formatted(folder, e.getMessage()));
    }
  }

  private Installation installation(Configuration config) throws IOException {
    Path file = option.file().toAbsolutePath().normalize();
    Path parent = file.getParent();
    String project = config.hub() instanceof HubConfig.PubSub hub ? hub.project() : "project";
    return new Installation(
        config,
        parent == null ? file : parent,
        Reference.in(file),
        region,
        image == null
            ? "%s-docker.pkg.dev/%s/renkei/renkei:%s".formatted(region, project, Version.number())
            : image);
  }

  private static void refuse(List<String> refusals) {
    if (!refusals.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          refusals.stream()
              .map(refusal -> "%n  ".formatted() + refusal)
              .collect(Collectors.joining("", "not for Terraform:", "")));
    }
  }

  private static void refuseStrangers(List<Path> strangers) {
    if (!strangers.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s: not written by Renkei. Choose another folder for -o, or give what is yours another name."
              .formatted(strangers.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
  }

  private static String json(Map<String, @Nullable Object> variables) throws IOException {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("//", ModuleFiles.MARK);
    all.putAll(variables);
    return new ObjectMapper()
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(all)
        + "\n";
  }

  private void told(Installation installation, ModuleFiles modules) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "wrote %s and %d files of the modules%n",
        folder.resolve(VARIABLES), modules.byPath().size());
    if (installation.config().server().listen().isLoopback()) {
      out.printf(
          "server.listen is on loopback, so that no health check reaches it: a machine that hangs is not replaced. Listen on 0.0.0.0 with a token for that.%n");
    }
    out.printf("next  cd %s && terraform init && terraform plan%n", folder);
    out.flush();
  }
}
