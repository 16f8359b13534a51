package dev.renkei.bigquery.standin;

import java.nio.file.Path;

/**
 * The stand-in as a process of its own. It prints one line, {@code REST URL STORAGE ADDRESS}, and
 * runs until it is ended or its parent is gone.
 */
public final class Main {
  private static final String USAGE =
      "usage: Main [--rest-port N] [--storage-port N] [--location L] [--folder PATH] [--parent PID]";

  private Main() {}

  public static void main(String[] arguments) {
    BigQueryStandIn.Builder builder = BigQueryStandIn.builder();
    ProcessHandle parent = null;
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      String value = arguments[at + 1];
      switch (arguments[at]) {
        case "--rest-port" -> builder.restPort(Integer.parseInt(value));
        case "--storage-port" -> builder.storagePort(Integer.parseInt(value));
        case "--location" -> builder.location(value);
        case "--folder" -> builder.folder(Path.of(value));
        case "--parent" ->
            parent =
                ProcessHandle.of(Long.parseLong(value))
                    .orElseThrow(() -> new IllegalArgumentException("no such process: " + value));
        default -> throw new IllegalArgumentException(USAGE);
      }
    }
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    BigQueryStandIn standIn = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(standIn::close, "bigquery-standin-end"));
    System.out.println("REST " + standIn.restUrl() + " STORAGE " + standIn.storageAddress());
    if (parent != null) {
      parent.onExit().join();
      System.exit(0);
    }
  }
}
