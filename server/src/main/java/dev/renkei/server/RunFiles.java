package dev.renkei.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which processes of an installation run on this machine: {@code <data_dir>/run/<pid>.json}, one
 * file each, there as long as its process lives.
 */
public final class RunFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunFiles.class);

  private static final String DIRECTORY = "run";
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.json(\\.new)?");

  /**
   * Systems tell the start of one process to readers with small differences: Linux computes it from
   * the time of the boot, which moves when the clock is set.
   */
  private static final Duration SAME_START = Duration.ofSeconds(5);

  private final Path file;

  private RunFiles(Path file) {
    this.file = file;
  }

  /**
   * One process.
   *
   * @param url of its control endpoint
   * @param startedAt of the process, as the system knows it
   */
  public record Running(long pid, List<String> roles, URI url, Instant startedAt) {
    public Running {
      roles = List.copyOf(roles);
      Objects.requireNonNull(url, "url");
      Objects.requireNonNull(startedAt, "startedAt");
    }
  }

  /** Announces this process; until it is closed or dies. */
  public static RunFiles write(Path dataDir, List<String> roles, URI url) throws IOException {
    ProcessHandle process = ProcessHandle.current();
    Instant startedAt = process.info().startInstant().orElseGet(Instant::now);
    return write(dataDir, new Running(process.pid(), roles, url, startedAt));
  }

  static RunFiles write(Path dataDir, Running running) throws IOException {
    Path directory = Files.createDirectories(dataDir.resolve(DIRECTORY));
    Path file = directory.resolve(running.pid() + ".json");
    Path unfinished = directory.resolve(running.pid() + ".json.new");
    Files.writeString(unfinished, Json.write(running));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new RunFiles(file);
  }

  /**
   * Those that live, oldest first; what dead ones left is removed. Empty where nothing ever ran.
   */
  public static List<Running> living(Path dataDir) throws IOException {
    Path directory = dataDir.resolve(DIRECTORY);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Running> living = new ArrayList<>();
    for (Path file : files(directory)) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(name.group(1)));
        if (process.isEmpty() || !process.get().isAlive()) {
          Files.deleteIfExists(file);
        } else if (name.group(2) == null) {
          read(file).filter(running -> isOf(running, process.get())).ifPresent(living::add);
        }
      }
    }
    living.sort(Comparator.comparing(Running::startedAt).thenComparing(Running::pid));
    return List.copyOf(living);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Optional<Running> read(Path file) throws IOException {
    try {
      return Optional.of(Json.MAPPER.readValue(Files.readString(file), Running.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      log.atWarn().addKeyValue("file", file).log("run file passed over: it cannot be read");
      return Optional.empty();
    }
  }

  /**
   * Whether the process that has this number now is the one that wrote the file. If not, the file
   * stays: the new owner of the number may be about to write its own.
   */
  private static boolean isOf(Running running, ProcessHandle process) {
    Optional<Instant> startedAt = process.info().startInstant();
    return startedAt.isEmpty()
        || Duration.between(startedAt.get(), running.startedAt()).abs().compareTo(SAME_START) <= 0;
  }

  /** Takes the announcement back. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.atWarn().setCause(e).addKeyValue("file", file).log("run file not removed");
    }
  }
}
