package dev.renkei.cli.demo;

import dev.renkei.cli.CommandFailure;
import dev.renkei.cli.ExitCode;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.ConfigurationException;
import dev.renkei.demo.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where a demo keeps everything: configuration, broker, warehouse, ledger and logs. */
public record DemoFolder(Path path, boolean temporary) implements AutoCloseable {
  public static DemoFolder make(DemoOptions options) throws IOException {
    Path wanted = options.directory();
    if (wanted == null) {
      return new DemoFolder(Files.createTempDirectory("renkei-demo-"), true);
    }
    Files.createDirectories(wanted);
    try (Stream<Path> files = Files.list(wanted)) {
      if (files.findAny().isPresent()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--data %s is not empty: the demo's database is new each time, so give it a new folder."
                .formatted(wanted));
      }
    }
    return new DemoFolder(wanted.toAbsolutePath().normalize(), false);
  }

  public Path logs() {
    return path.resolve("logs");
  }

  Path ledger() {
    return path.resolve("ledger");
  }

  Path warehouse() {
    return path.resolve("shop.duckdb");
  }

  Path configuration() {
    return path.resolve("renkei.yaml");
  }

  /** Writes a file beside the configuration that nobody else may read. */
  void writeSecret(String name, String secret) throws IOException {
    Path file = path.resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, secret);
  }

  /** Writes the configuration that trackers, and whoever wants to look, use. */
  Configuration configure(ShopServer shop, int trackers, Chain chain, List<Use> uses)
      throws IOException {
    StringBuilder more = new StringBuilder();
    uses.forEach(use -> more.append(use.warehouses()));
    for (Use use : uses) {
      more.append(use.configuration(this));
    }
    writeSecret("password", shop.password());
    Files.writeString(
        configuration(),
        """
        # Written by `renkei demo`; the database behind it lives as long as the demo.
        version: 1
        name: shop
        data_dir: .
        source:
          sqlserver:
            host: 127.0.0.1
            port: %d
            database: %s
            encrypt: false
            username: %s
            password: "${file:password}"
          max_rows_per_second: 100000
        trackers: {mode: %s, count: %d}
        tables:
          defaults: {interval: 100ms}
          include: ["dbo.*"]
        %s
        warehouses:
          local: {type: duckdb, path: shop.duckdb}
        %sserver: {listen: "127.0.0.1:8080"}
        """
            .formatted(
                shop.port(),
                Shop.DATABASE,
                ShopServer.USER,
                trackers == 1 ? "single" : "active_active",
                trackers,
                chain.configuration(),
                more));
    try {
      return Configuration.load(configuration(), Map.of());
    } catch (ConfigurationException e) {
      throw new IllegalStateException("the demo's own configuration is refused", e);
    }
  }

  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary folder: the system removes what is left.
    }
  }
}
