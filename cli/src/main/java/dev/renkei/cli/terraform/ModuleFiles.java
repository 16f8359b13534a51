package dev.renkei.cli.terraform;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The modules of {@code deploy/terraform} as this release has them.
 *
 * @param byPath content by path, with slashes
 */
public record ModuleFiles(Map<String, String> byPath) {
  /** Stands in each of these files; one without it is somebody else's. */
  public static final String MARK = "Renkei's: `renkei terraform` writes this file anew.";

  private static final String MAIN = "/terraform/main.tf";

  public ModuleFiles {
    byPath = Map.copyOf(byPath);
  }

  /** Those inside of this program. */
  public static ModuleFiles ofThisRelease() throws IOException {
    URL main = ModuleFiles.class.getResource(MAIN);
    if (main == null) {
      throw new IllegalStateException("the modules of Terraform are missing from this build");
    }
    try {
      URI uri = main.toURI();
      if (uri.getScheme().equals("file")) {
        Path file = Path.of(uri);
        return new ModuleFiles(read(file.resolveSibling("")));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return new ModuleFiles(read(jar.getPath("/terraform")));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
    }
    return files;
  }

  /** Which files of a folder would be overwritten though they are not Renkei's. */
  public List<Path> strangers(Path folder) throws IOException {
    List<Path> there = byPath.keySet().stream().sorted().map(folder::resolve).toList();
    List<Path> strangers = new java.util.ArrayList<>();
    for (Path file : there) {
      if (Files.exists(file) && !Files.readString(file).contains(MARK)) {
        strangers.add(file);
      }
    }
    return List.copyOf(strangers);
  }

  /** Writes all of them, over those of a former release. */
  public void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, String> file : byPath.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(path, file.getValue());
    }
  }
}
