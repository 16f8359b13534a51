package dev.renkei.standin.suite;

/** Tests on a stand-in whose own session is jTDS's, in TDS 8.0 (7.1 on the wire). */
abstract class JtdsSuite extends StandInSuite {
  @Override
  Client connect() throws Exception {
    return Drivers.jtds(standIn, database, "");
  }
}
