package dev.renkei.acceptance;

import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The folder of an installation as a release left it: its configuration, its data directory, and
 * the database that it tracks. What it holds is told in the README beside it.
 */
final class KeptInstallation {
  static final String DATABASE = "Shop";

  /** Of the stand-in's administrator, from then to now. */
  static final String PASSWORD = "Kept-Secret-1";

  /** Tables with a key, a finished snapshot and changes. */
  static final Set<String> FOLLOWED =
      Set.of("dbo.Orders", "dbo.Codes", "dbo.Exact Codes", "dbo.Lines", "dbo.Moments");

  /** Loaded whole, every thirty days. */
  static final String KEYLESS = "dbo.Visits";

  /** Its snapshot was under way. */
  static final String HALF_READ = "dbo.Slow";

  /** Truncated, and configured to stop then. */
  static final String STOPPED = "dbo.Stopped";

  private static final List<String> LEFT_OUT =
      List.of(
          "data/run/", // of processes that have ended
          "/LOG", // RocksDB's diary, with the host's name
          "/OPTIONS-", // RocksDB writes it anew; it names its folder
          ".lock",
          "/LOCK",
          ".trace.db");

  private KeptInstallation() {}

  /** The releases of which one is kept. */
  static List<Path> all() throws IOException {
    Path kept = Project.root().resolve("acceptance/src/test/resources/kept");
    try (Stream<Path> files = Files.list(kept)) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
  }

  /** Its source, with the password from then; its directory is that of the installation. */
  static StandIn source(Path folder) throws IOException {
    return StandIn.builder()
        .directory(folder.resolve("source"))
        .database(DATABASE)
        .password(PASSWORD)
        .tls(false)
        .start();
  }

  /** Packs a folder whose processes have ended. */
  static void pack(Path folder, Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream packed = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      packed.setLevel(9);
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (isKept(name)) {
          ZipEntry entry = new ZipEntry(name);
          entry.setLastModifiedTime(FileTime.fromMillis(0));
          packed.putNextEntry(entry);
          Files.copy(file, packed);
          packed.closeEntry();
        }
      }
    }
  }

  private static boolean isKept(String name) {
    boolean part = name.equals("my.yaml") || name.startsWith("data/") || name.startsWith("source/");
    return part && LEFT_OUT.stream().noneMatch(name::contains);
  }

  static void unpack(Path zip, Path folder) throws IOException {
    try (ZipFile packed = new ZipFile(zip.toFile())) {
      Enumeration<? extends ZipEntry> entries = packed.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException(entry.getName() + " leads out of the folder");
        }
        Files.createDirectories(file.resolveSibling("."));
        try (InputStream in = packed.getInputStream(entry)) {
          Files.copy(in, file);
        }
      }
    }
  }
}
