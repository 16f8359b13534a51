package dev.renkei.cli;

import dev.renkei.cli.node.MaskKeysOf;
import dev.renkei.core.config.Configuration;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.steps.mask.MaskKeysException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renkei keys}: the keys by which personal data is masked. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The keys by which personal data is masked (docs/privacy.md).",
      "Whoever has them reads tokens back, and can check guesses of hashed values."
    },
    subcommands = {
      KeysCommand.CreateCommand.class,
      KeysCommand.RotateCommand.class,
      KeysCommand.DetokenizeCommand.class
    })
final class KeysCommand implements Runnable {
  private static final String STANDARD_OUTPUT = "-";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  KeysCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do with them: create, rotate or detokenize.");
  }

  /** {@code renkei keys create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Makes new keys, in a file that only its owner reads.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  renkei keys create keyset.json        then `privacy: {keyset: \"$${file:keyset.json}\"}`",
        "  renkei keys create - | vault kv put secret/renkei keyset=-"
      })
  static final class CreateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Not there yet; - writes to standard output.")
    private String file;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    CreateCommand() {}

    @Override
    public Integer call() {
      String keys = MaskKeys.create().json();
      if (file.equals(STANDARD_OUTPUT)) {
        spec.commandLine().getOut().println(keys);
        spec.commandLine().getOut().flush();
        return ExitCode.OK.number();
      }
      try {
        writeNew(Path.of(file), keys);
      } catch (FileAlreadyExistsException e) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "%s is there already. `renkei keys rotate %s` adds new keys to it."
                .formatted(file, file));
      } catch (IOException e) {
        throw new CommandFailure(ExitCode.USAGE, "%s cannot be written (%s)".formatted(file, e));
      }
      spec.commandLine()
          .getOut()
          .printf("%s: new keys; keep a copy where nobody else reads it%n", file);
      spec.commandLine().getOut().flush();
      return ExitCode.OK.number();
    }
  }

  /** {@code renkei keys rotate}. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Adds new keys to a file; hashes and tokens are made with these from the next start on, and all tables",
        "are loaded again. Tokens of the former keys can still be read."
      },
      footerHeading = "%nExample:%n",
      footer = "  renkei keys rotate keyset.json        then start `up` (or `flow mask`) anew")
  static final class RotateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "As `renkei keys create` has written it.")
    private Path file;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    RotateCommand() {}

    @Override
    public Integer call() {
      try {
        MaskKeys rotated = MaskKeys.parse(Files.readString(file)).rotated();
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        writeNew(unfinished, rotated.json());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (MaskKeysException e) {
        throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(file, e.getMessage()));
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.USAGE, "%s cannot be read and written (%s)".formatted(file, e));
      }
      spec.commandLine()
          .getOut()
          .printf("%s: new keys beside the former; start `up` or `flow mask` anew%n", file);
      spec.commandLine().getOut().flush();
      return ExitCode.OK.number();
    }
  }

  /** {@code renkei keys detokenize}. */
  @Command(
      name = "detokenize",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Shows what tokens stand for, a line each.",
      footerHeading = "%nExample:%n",
      footer = "  renkei keys detokenize -c shop.yaml AXp0...")
  static final class DetokenizeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConfigurationOption option;

    @Parameters(paramLabel = "TOKEN", arity = "1..*", description = "As the masked side has it.")
    private List<String> tokens;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    DetokenizeCommand() {}

    @Override
    public Integer call() {
      Configuration config = option.load();
      if (!config.privacy().masks()) {
        throw new CommandFailure(ExitCode.USAGE, "the configuration has no `privacy.keyset`");
      }
      try {
        MaskKeys keys = MaskKeysOf.read(config);
        for (String token : tokens) {
          spec.commandLine().getOut().println(keys.detokenize(token));
        }
      } catch (MaskKeysException e) {
        throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
      }
      spec.commandLine().getOut().flush();
      return ExitCode.OK.number();
    }
  }

  /** Nobody but its owner reads it, from its first byte on. */
  private static void writeNew(Path file, String text) throws IOException {
    FileAttribute<?>[] attributes =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(file, attributes);
    Files.writeString(file, text + System.lineSeparator(), StandardOpenOption.WRITE);
  }
}
