package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer.Login;
import dev.renkei.standin.sql.SqlSession;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** An engine without the wire for a class of tests, with a database of its own for each. */
@Timeout(120)
abstract class EngineTest {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  static Engine engine;
  static RequestFaults faults;

  private final List<SqlSession> sessions = new java.util.concurrent.CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  String database;

  /** The administrator's session in the test's database. */
  Client client;

  /** A session and what it answers. */
  final class Client {
    final SqlSession session;

    private Client(SqlSession session) {
      this.session = session;
      sessions.add(session);
    }

    /** Runs a batch; an error that is thrown counts like one that is reported. */
    Recording run(String batch) throws IOException {
      Recording recording = new Recording();
      try {
        session.batch(batch, recording);
      } catch (SqlError e) {
        recording.error(e, e.line().orElse(0));
      }
      return recording;
    }

    Recording call(String procedure, Parameter... parameters) throws IOException {
      Recording recording = new Recording();
      try {
        session.call(procedure, List.of(parameters), recording);
      } catch (SqlError e) {
        recording.error(e, e.line().orElse(0));
      }
      return recording;
    }

    Future<Recording> start(String batch) {
      return threads.submit(() -> run(batch));
    }

    List<String> rows(String batch) throws IOException {
      Recording recording = run(batch);
      if (!recording.errors().isEmpty()) {
        throw new AssertionError(batch + ": " + recording.firstError().getMessage());
      }
      return recording.rows();
    }
  }

  @BeforeAll
  static void open() throws Exception {
    faults = new RequestFaults();
    engine = new Engine(Instance.open(null), InstantSource.system(), faults);
    engine.catalog().rights().putLogin("sa", "secret");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    database = "Db" + DATABASES.incrementAndGet();
    Client master = new Client(engine.administrator("master"));
    master.rows("CREATE DATABASE " + database);
    master.rows("ALTER DATABASE " + database + " SET ALLOW_SNAPSHOT_ISOLATION ON");
    client = connect();
    client.rows(
        "CREATE TABLE dbo.t (id int NOT NULL CONSTRAINT PK_t PRIMARY KEY, v int NULL, name nvarchar(10) NULL)");
    client.rows("INSERT dbo.t (id, v) VALUES (1, 10), (2, 20)");
  }

  @AfterEach
  void closeSessions() throws Exception {
    faults.clear();
    for (SqlSession session : sessions) {
      session.cancel();
    }
    threads.shutdown();
    if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new AssertionError("a request does not end");
    }
    sessions.forEach(SqlSession::close);
  }

  Client connect() throws SqlError {
    return new Client(engine.administrator(database));
  }

  Client connect(String login, String password) throws SqlError {
    return new Client(engine.login(new Login(login, password, database, "test", "here")));
  }
}
