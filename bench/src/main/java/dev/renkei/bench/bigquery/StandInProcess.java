package dev.renkei.bench.bigquery;

import dev.renkei.bigquery.standin.BigQueryStandIn;

/** The stand-in's process: says where it is when ready, and ends with its input. */
final class StandInProcess {
  private StandInProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      System.out.println(standIn.restUrl() + " " + standIn.storageAddress());
      while (System.in.read() >= 0) {
        // Until whoever started it ends.
      }
    }
  }
}
