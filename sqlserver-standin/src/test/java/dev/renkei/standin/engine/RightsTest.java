package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.standin.sql.SqlError;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what, and what faults and KILL do to sessions. */
class RightsTest extends EngineTest {
  private String login;

  @BeforeEach
  void createLogin() throws Exception {
    login = "reader_of_" + database;
    client.rows("CREATE LOGIN " + login + " WITH PASSWORD = N'Pass_word1'; CREATE USER " + login);
  }

  private Client reader() throws SqlError {
    return connect(login, "Pass_word1");
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> connect(login, "wrong"))
        .isInstanceOfSatisfying(SqlError.class, e -> assertThat(e.number()).isEqualTo(18456));
  }

  @Test
  void aDatabaseThatIsNotThereCannotBeOpened() {
    database = "nowhere";
    assertThatThrownBy(this::reader)
        .isInstanceOfSatisfying(SqlError.class, e -> assertThat(e.number()).isEqualTo(4060));
  }

  @Test
  void withoutAGrantATableCannotBeRead() throws Exception {
    Recording recording = reader().run("SELECT id FROM dbo.t");

    assertThat(recording.errors()).containsExactly(229);
    assertThat(recording.firstError().getMessage())
        .isEqualTo(
            "The SELECT permission was denied on the object 't', database '%s', schema 'dbo'."
                .formatted(database));
  }

  @Test
  void aGrantCountsFromNowOn() throws Exception {
    Client reader = reader();
    assertThat(reader.run("SELECT id FROM dbo.t").errors()).containsExactly(229);
    client.rows("GRANT SELECT ON dbo.t TO " + login);

    assertThat(reader.rows("SELECT id FROM dbo.t WHERE id = 1")).containsExactly("1");
    assertThat(reader.run("DELETE dbo.t").errors()).containsExactly(229);
  }

  @Test
  void aColumnThatWasGrantedCanBeReadAndTheOthersCannot() throws Exception {
    client.rows("GRANT SELECT ON dbo.t(id) TO " + login);
    Client reader = reader();

    assertThat(reader.rows("SELECT id FROM dbo.t WHERE id = 1")).containsExactly("1");
    assertThat(reader.rows("SELECT COUNT(*) FROM dbo.t")).containsExactly("2");
    assertThat(reader.run("SELECT id FROM dbo.t WHERE v = 1").errors()).containsExactly(230);
    assertThat(reader.run("SELECT * FROM dbo.t").firstError().getMessage())
        .isEqualTo(
            "The SELECT permission was denied on the column 'v' of the object 't', database '%s', schema 'dbo'."
                .formatted(database));
  }

  @Test
  void changesAreReadWithTheKeyAndTheRightToSeeThem() throws Exception {
    client.rows(
        "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON; ALTER TABLE dbo.t ENABLE CHANGE_TRACKING;"
            + " GRANT SELECT ON dbo.t(id) TO "
            + login);
    String changes = "SELECT id FROM CHANGETABLE(CHANGES dbo.t, 0) c";
    Client reader = reader();
    assertThat(reader.run(changes).errors()).containsExactly(229);

    client.rows(
        "GRANT VIEW CHANGE TRACKING ON dbo.t TO "
            + login
            + "; UPDATE dbo.t SET v = 9 WHERE id = 1");

    assertThat(reader.rows(changes)).containsExactly("1");
  }

  @Test
  void anotherDatabaseNeedsAUser() throws Exception {
    client.rows("CREATE DATABASE other_" + database);

    assertThat(reader().run("USE other_" + database).errors()).containsExactly(916);
    client.rows("USE other_" + database + "; CREATE TABLE dbo.x (id int)");
    assertThat(reader().run("SELECT * FROM other_" + database + ".dbo.x").errors())
        .containsExactly(916);
  }

  @Test
  void killEndsASessionAtItsNextRequest() throws Exception {
    Client other = connect();
    client.rows("KILL " + other.session.id());

    Recording recording = other.run("SELECT 1");

    assertThat(recording.errors()).containsExactly(596);
    assertThat(recording.firstError().severity()).isEqualTo(21);
  }

  @Test
  void killStopsARunningRequestAndRollsBack() throws Exception {
    Client other = connect();
    other.rows("BEGIN TRAN; DELETE dbo.t");
    Future<Recording> running = other.start("WAITFOR DELAY '01:00:00'");
    client.rows("KILL " + other.session.id());

    assertThat(running.get().errors()).containsExactly(596);
    assertThat(client.rows("SET LOCK_TIMEOUT 0; UPDATE dbo.t SET v = 0; SELECT @@ROWCOUNT"))
        .containsExactly("2");
  }

  @Test
  void orderedErrorsMeetTheNextRequestsThatMatch() throws Exception {
    faults.fail(Pattern.compile("UPDATE"), 1, new SqlError(1205, 51, 13, "deadlock, as ordered"));

    assertThat(client.run("SELECT 1").errors()).isEmpty();
    assertThat(client.run("UPDATE dbo.t SET v = 1").errors()).containsExactly(1205);
    assertThat(client.run("UPDATE dbo.t SET v = 1").errors()).isEmpty();
  }

  @Test
  void stalledRequestsWaitUntilReleased() throws Exception {
    RequestFaults.Gate gate = new RequestFaults.Gate();
    Runnable release = faults.stall(Pattern.compile("SELECT 7"), gate);
    Future<Recording> held = client.start("SELECT 7");

    assertThat(gate.awaitWaiting(1, Duration.ofSeconds(20))).isTrue();
    assertThat(held.isDone()).isFalse();
    release.run();
    assertThat(held.get().rows()).containsExactly("7");
  }

  @Test
  void loginsAreRefusedAsOrdered() throws Exception {
    faults.refuseLogins(1, new SqlError(40613, 1, 17, "not now"));

    assertThatThrownBy(this::reader).hasMessage("not now");
    assertThat(reader().rows("SELECT 1")).containsExactly("1");
  }
}
