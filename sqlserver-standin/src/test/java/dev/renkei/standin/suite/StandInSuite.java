package dev.renkei.standin.suite;

import dev.renkei.standin.StandIn;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests on a stand-in in memory, one per class of tests; each test has a database of its own and a
 * session in it.
 */
abstract class StandInSuite {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  static StandIn standIn;

  /** The name of the test's own database. */
  String database;

  /** A session in {@link #database}, by the driver of the suite. */
  Client client;

  @BeforeAll
  static void start() throws Exception {
    standIn = StandIn.builder().inMemory().start();
  }

  @AfterAll
  static void stop() throws Exception {
    standIn.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    database = "Shop" + DATABASES.incrementAndGet();
    standIn.execute(
        "CREATE DATABASE %1$s;\nALTER DATABASE %1$s SET ALLOW_SNAPSHOT_ISOLATION ON"
            .formatted(database));
    client = connect();
  }

  @AfterEach
  void closeSession() throws Exception {
    client.close();
  }

  /** One more session in {@link #database}; the caller closes it. */
  Client connect() throws Exception {
    return Drivers.mssql(standIn, database);
  }
}
