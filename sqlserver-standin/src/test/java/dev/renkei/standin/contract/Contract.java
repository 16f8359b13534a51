package dev.renkei.standin.contract;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A chapter of the contract: each test has a database of its own with Change Tracking on. */
abstract class Contract {
  final Target target;
  TrackedDatabase db;

  Contract(Target target) {
    this.target = target;
  }

  @BeforeEach
  void createDatabase() throws SQLException {
    db = TrackedDatabase.create(target);
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    db.close();
  }
}
