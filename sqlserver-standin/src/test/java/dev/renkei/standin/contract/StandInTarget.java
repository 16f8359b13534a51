package dev.renkei.standin.contract;

import dev.renkei.standin.StandIn;
import dev.renkei.standin.suite.Client;
import dev.renkei.standin.suite.Drivers;
import dev.renkei.standin.suite.MovableClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** A stand-in in memory, with a clock that tests move. */
final class StandInTarget implements Target, AutoCloseable {
  private final MovableClock clock;
  private final StandIn standIn;

  private StandInTarget(MovableClock clock, StandIn standIn) {
    this.clock = clock;
    this.standIn = standIn;
  }

  static StandInTarget start() throws Exception {
    MovableClock clock = new MovableClock();
    return new StandInTarget(clock, StandIn.builder().inMemory().clock(clock).start());
  }

  @Override
  public Client connect(String database) throws SQLException {
    return Drivers.mssql(standIn, database);
  }

  @Override
  public Client connect(String database, String login, String password) throws SQLException {
    return Drivers.mssql(standIn, database, login, password);
  }

  @Override
  public void drop(String database) throws SQLException {
    try (Client master = connect("master")) {
      master.run("DROP DATABASE [" + database + "]");
    }
  }

  @Override
  public Optional<Controls> controls() {
    return Optional.of(
        new Controls() {
          @Override
          public void pass(Duration time) {
            clock.pass(time);
          }

          @Override
          public void cleanup(String database) throws Exception {
            standIn.cleanup(database);
          }

          @Override
          public void secondary(String database, boolean secondary) throws Exception {
            standIn.secondary(database, secondary);
          }
        });
  }

  @Override
  public void close() throws Exception {
    standIn.close();
  }
}
