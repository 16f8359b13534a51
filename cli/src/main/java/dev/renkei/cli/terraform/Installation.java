package dev.renkei.cli.terraform;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.Reference;
import java.nio.file.Path;
import java.util.List;

/**
 * An installation to be brought to machines.
 *
 * @param folder of the configuration file, absolute
 * @param references of the file
 * @param region where machines, secrets and the bucket are
 * @param image of the containers, with its tag or digest
 */
public record Installation(
    Configuration config, Path folder, List<Reference> references, String region, String image) {
  /** The configuration's folder in a container. */
  private static final String CONTAINER = "/etc/renkei";

  public Installation {
    references = List.copyOf(references);
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException("the folder " + folder);
    }
    if (!region.matches("[a-z]+-[a-z]+\\d+")) {
      throw new IllegalArgumentException(
          "'%s' is no region; one is called like asia-northeast1".formatted(region));
    }
    if (!image.matches("[a-z0-9][A-Za-z0-9._/-]*(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]{64})?")) {
      throw new IllegalArgumentException("'%s' is no container image".formatted(image));
    }
  }

  /** Where a file of this machine is in a container: beside the configuration as here. */
  String inContainer(Path path) {
    return path.startsWith(folder)
        ? "%s/%s".formatted(CONTAINER, folder.relativize(path)).replace('\\', '/')
        : path.toString();
  }
}
