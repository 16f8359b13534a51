package dev.renkei.standin.tds;

import static dev.renkei.standin.tds.FakeSqlServer.column;
import static dev.renkei.standin.tds.FakeSqlServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerDataTable;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mssql-jdbc does with a connection, against a server that has no database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MssqlJdbcTest {
  private static final int MANY = 200_000;

  @SuppressWarnings("NullAway.Init")
  private Fixture fixture;

  @BeforeAll
  void start() throws IOException {
    fixture = new Fixture();
    fixture.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
    fixture.fake.on(
        "SELECT many",
        (session, parameters, response) -> {
          response.columns(column("n", SqlType.INT));
          for (int i = 0; i < MANY; i++) {
            response.row(new FakeRow(i));
          }
          response.done(Command.SELECT, (long) MANY);
        });
    fixture.fake.on("WAIT", (session, parameters, response) -> session.untilCancelled());
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  private static void assertUsable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void seesTheServerThatItIsTold() throws SQLException {
    try (Connection connection = fixture.mssql("databaseName=Shop;applicationName=test")) {
      assertThat(connection.getMetaData().getDatabaseProductVersion()).isEqualTo("16.00.4135");
      assertThat(connection.getCatalog()).isEqualTo("Shop");
      assertThat(fixture.fake.log).anyMatch(l -> l.contains("database=Shop, application=test"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "encrypt=false,OFFERED",
    "encrypt=true;trustServerCertificate=true,OFFERED",
    "encrypt=false,REFUSED",
    "encrypt=false;trustServerCertificate=true,REQUIRED",
    "encrypt=true;trustServerCertificate=true,REQUIRED"
  })
  void encryptsAsAgreed(String properties, TdsOptions.Encryption policy) throws Exception {
    try (Fixture own = new Fixture(TdsOptions.defaults().withEncryption(policy))) {
      own.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
      try (Connection connection = own.mssql(properties)) {
        assertUsable(connection);
        assertUsable(connection);
      }
    }
  }

  @Test
  void aClientThatInsistsOnEncryptionLeavesAServerThatRefusesIt() throws Exception {
    try (Fixture own =
        new Fixture(TdsOptions.defaults().withEncryption(TdsOptions.Encryption.REFUSED))) {
      assertThatThrownBy(() -> own.mssql("encrypt=true;trustServerCertificate=true"))
          .hasMessageContaining("encrypt");
    }
  }

  @Test
  void strictEncryptionIsTurnedAway() {
    assertThatThrownBy(() -> fixture.mssql("encrypt=strict"))
        .hasStackTraceContaining("protocol_version");
  }

  @Test
  void theCertificateCanBeTrustedByName(@TempDir Path directory) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("standin", fixture.server.certificate());
    Path file = directory.resolve("trust.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "secret".toCharArray());
    }
    try (Connection connection =
        fixture.mssql(
            "encrypt=true;trustStore=%s;trustStorePassword=secret;trustStoreType=PKCS12"
                .formatted(file))) {
      assertUsable(connection);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096, 8000, 32767})
  void packetsOfAnySizeCarryResultsAndRequests(int packetSize) throws SQLException {
    for (String encryption : List.of("encrypt=false", "encrypt=true;trustServerCertificate=true")) {
      if (encryption.contains("true") && packetSize > 16383) {
        continue;
      }
      try (Connection connection = fixture.mssql("packetSize=" + packetSize + ";" + encryption);
          Statement statement = connection.createStatement()) {
        long sum = 0;
        try (ResultSet rows = statement.executeQuery("SELECT many")) {
          while (rows.next()) {
            sum += rows.getInt(1);
          }
        }
        assertThat(sum).isEqualTo((long) MANY * (MANY - 1) / 2);
        String text = "SELECT 1" + " ".repeat(50_000);
        try (ResultSet rows = statement.executeQuery(text)) {
          assertThat(rows.next()).isTrue();
        }
      }
    }
  }

  @Test
  void aWrongPasswordIs18456AndTheConnectionEnds() {
    assertThatThrownBy(() -> fixture.mssql("", "wrong"))
        .isInstanceOfSatisfying(
            SQLServerException.class,
            e -> {
              assertThat(e.getErrorCode()).isEqualTo(18456);
              assertThat(e.getMessage()).startsWith("Login failed for user 'sa'.");
              assertThat(e.getSQLServerError().getErrorSeverity()).isEqualTo(14);
            });
  }

  @Test
  void aDatabaseThatIsNotThereIs4060() {
    assertThatThrownBy(() -> fixture.mssql("databaseName=nowhere"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(4060));
  }

  @Test
  void federatedLoginsAreRefusedWithASentence() {
    java.util.Properties properties = new java.util.Properties();
    properties.setProperty("accessToken", "abcdef");
    properties.setProperty("connectRetryCount", "0");
    assertThatThrownBy(
            () ->
                java.sql.DriverManager.getConnection(
                    "jdbc:sqlserver://localhost:%d;encrypt=true;trustServerCertificate=true"
                        .formatted(fixture.server.port()),
                    properties))
        .hasMessageContaining("does not support federated");
  }

  @Test
  void errorsBearNumberStateClassAndLine() throws SQLException {
    fixture.fake.on(
        "FAIL",
        (session, parameters, response) -> {
          throw new SqlError(1205, 45, 13, "Transaction was deadlocked.").at(7);
        });
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("FAIL"))
          .isInstanceOfSatisfying(
              SQLServerException.class,
              e -> {
                assertThat(e.getErrorCode()).isEqualTo(1205);
                assertThat(e.getSQLState()).isEqualTo("40001");
                assertThat(e.getSQLServerError().getErrorState()).isEqualTo((byte) 45);
                assertThat(e.getSQLServerError().getErrorSeverity()).isEqualTo((byte) 13);
                assertThat(e.getSQLServerError().getLineNumber()).isEqualTo(7);
                assertThat(e.getSQLServerError().getServerName()).isEqualTo("standin");
              });
      assertUsable(connection);
    }
  }

  @Test
  void anErrorOfClass20EndsTheConnection() throws Exception {
    fixture.fake.on(
        "DIE",
        (session, parameters, response) -> {
          throw new SqlError(596, 1, 21, "Cannot continue the execution.");
        });
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("DIE")).hasMessageContaining("Cannot continue");
      assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
    }
    FakeSqlServer.Session last = fixture.fake.sessions.get(fixture.fake.sessions.size() - 1);
    Fixture.await(last::isClosed);
  }

  @Test
  void aFailureInsideIsAnErrorAndNotTheEnd() throws SQLException {
    fixture.fake.on(
        "BUG",
        (session, parameters, response) -> {
          throw new IllegalStateException("inside");
        });
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("BUG")).hasMessageContaining("inside");
      assertUsable(connection);
    }
  }

  @Test
  void seesResultsCountsMessagesAndErrorsInTheirOrder() throws SQLException {
    fixture.fake.on(
        "SEVERAL",
        (session, parameters, response) -> {
          response.done(Command.OTHER, null);
          response.done(Command.INSERT, 3L);
          result(column("a", SqlType.INT), 1, 2).run(session, parameters, response);
          response.info(50000, 1, 0, "hello", 4);
          response.done(Command.OTHER, null);
          response.done(Command.UPDATE, 0L);
          result(column("b", SqlType.nvarchar(5))).run(session, parameters, response);
          response.error(new SqlError(8134, 1, 16, "Divide by zero error encountered."), 9);
          response.done(Command.DELETE, 5L);
          response.info(50000, 1, 0, "bye", 5);
        });
    for (boolean prepared : new boolean[] {false, true}) {
      List<String> seen = new ArrayList<>();
      try (Connection connection = fixture.mssql("");
          Statement statement =
              prepared ? connection.prepareStatement("SEVERAL") : connection.createStatement()) {
        boolean isResult =
            statement instanceof PreparedStatement p ? p.execute() : statement.execute("SEVERAL");
        while (true) {
          if (isResult) {
            try (ResultSet rows = statement.getResultSet()) {
              StringBuilder text =
                  new StringBuilder(rows.getMetaData().getColumnName(1)).append(':');
              while (rows.next()) {
                text.append(rows.getString(1));
              }
              seen.add(text.toString());
            }
          } else if (statement.getUpdateCount() == -1) {
            break;
          } else {
            seen.add(String.valueOf(statement.getUpdateCount()));
          }
          try {
            isResult = statement.getMoreResults();
          } catch (SQLException e) {
            seen.add("error " + e.getErrorCode());
            isResult = false;
            if (statement.getUpdateCount() == -1) {
              isResult = statement.getMoreResults();
            }
          }
        }
        assertUsable(connection);
      }
      assertThat(seen).startsWith("3", "a:12", "0", "b:", "error 8134");
    }
  }

  @Test
  void preparesExecutesAndUnpreparesByHandle() throws SQLException {
    fixture.fake.on(
        "SELECT twice",
        (session, parameters, response) ->
            result(column("a", SqlType.INT), 2 * FakeSqlServer.intOf(parameters.get(0)))
                .run(session, parameters, response));
    try (Connection connection = fixture.mssql("statementPoolingCacheSize=0")) {
      try (PreparedStatement statement = connection.prepareStatement("SELECT twice ?")) {
        for (int i = 0; i < 5; i++) {
          statement.setInt(1, i);
          try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(2 * i);
          }
        }
      }
      ((SQLServerConnection) connection).closeUnreferencedPreparedStatementHandles();
      assertUsable(connection);
    }
    assertThat(fixture.fake.log)
        .anyMatch(l -> l.startsWith("call sp_executesql"))
        .anyMatch(l -> l.startsWith("call sp_prepexec"))
        .anyMatch(l -> l.startsWith("call sp_execute "));
  }

  @Test
  void aBatchOfUpdatesCountsEach() throws SQLException {
    fixture.fake.on(
        "UPDATE n",
        (session, parameters, response) -> {
          int n = FakeSqlServer.intOf(parameters.get(0));
          if (n == 13) {
            throw new SqlError(2627, 1, 14, "Violation of PRIMARY KEY constraint.");
          }
          response.done(Command.UPDATE, (long) n);
        });
    try (Connection connection = fixture.mssql("");
        PreparedStatement statement = connection.prepareStatement("UPDATE n ?")) {
      for (int i = 0; i < 50; i++) {
        statement.setInt(1, i % 10);
        statement.addBatch();
      }
      assertThat(statement.executeBatch()).hasSize(50).startsWith(0, 1, 2, 3);
      statement.setInt(1, 1);
      statement.addBatch();
      statement.setInt(1, 13);
      statement.addBatch();
      assertThatThrownBy(statement::executeBatch).hasMessageContaining("PRIMARY KEY");
      assertUsable(connection);
    }
  }

  @Test
  void returnsOutputParametersAndTheStatusOfProcedures() throws SQLException {
    fixture.fake.on(
        "EXEC @P0 = echo",
        (session, parameters, response) -> {
          for (Parameter parameter : parameters) {
            if (parameter.output()) {
              Object value = parameter.value() == null ? (Object) 7 : parameter.value();
              response.outputValue(new Parameter(parameter.name(), parameter.type(), value, true));
            }
          }
        });
    try (Connection connection = fixture.mssql("");
        CallableStatement call = connection.prepareCall("{? = call echo(?, ?, ?)}")) {
      call.registerOutParameter(1, Types.INTEGER);
      call.setInt(2, 5);
      call.setString(3, "日本");
      call.registerOutParameter(3, Types.NVARCHAR);
      call.setBigDecimal(4, new java.math.BigDecimal("1.25"));
      call.registerOutParameter(4, Types.DECIMAL, 2);
      call.execute();
      assertThat(call.getInt(1)).isEqualTo(7);
      assertThat(call.getString(3)).isEqualTo("日本");
      assertThat(call.getBigDecimal(4)).isEqualByComparingTo("1.25");
    }
  }

  @Test
  void refusesTableValuedParametersByName() throws SQLException {
    try (Connection connection = fixture.mssql("")) {
      SQLServerDataTable table = new SQLServerDataTable();
      table.addColumnMetadata("id", Types.INTEGER);
      table.addRow(1);
      try (PreparedStatement statement = connection.prepareStatement("INSERT INTO t ?")) {
        ((SQLServerPreparedStatement) statement).setStructured(1, "dbo.ids", table);
        assertThatThrownBy(statement::execute).hasMessageContaining("table-valued parameters");
      }
      assertUsable(connection);
    }
  }

  @Test
  void cancelStopsAStatementAndTheConnectionGoesOn() throws Exception {
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 20; i++) {
        int seen = fixture.fake.log.size();
        Thread canceller =
            new Thread(
                () -> {
                  try {
                    Fixture.await(() -> fixture.fake.log.size() > seen);
                    statement.cancel();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        canceller.start();
        assertThatThrownBy(() -> statement.execute("WAIT")).hasMessageContaining("cancel");
        canceller.join();
        assertUsable(connection);
      }
    }
  }

  @Test
  void aQueryTimeoutIsACancel() throws SQLException {
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("WAIT")).isInstanceOf(SQLTimeoutException.class);
      statement.setQueryTimeout(0);
      assertUsable(connection);
    }
  }

  @Test
  void cancelInTheMiddleOfAResultStopsTheRows() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch stopped = new CountDownLatch(1);
    fixture.fake.on(
        "SELECT endless",
        (session, parameters, response) -> {
          try {
            response.columns(column("n", SqlType.nvarchar(100)));
            while (true) {
              response.row(new FakeRow("x".repeat(100)));
              written.incrementAndGet();
            }
          } finally {
            stopped.countDown();
          }
        });
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT endless")) {
      for (int i = 0; i < 1000; i++) {
        assertThat(rows.next()).isTrue();
      }
      statement.cancel();
      assertThatThrownBy(
              () -> {
                while (rows.next()) {
                  rows.getString(1);
                }
              })
          .hasMessageContaining("cancel");
      stopped.await();
      assertUsable(connection);
    }
    // A blocked socket holds the server back: it never ran far ahead of its reader.
    assertThat(written.get()).isLessThan(200_000);
  }

  @Test
  void closingABigResultEarlyLeavesAUsableConnection() throws SQLException {
    try (Connection connection = fixture.mssql("")) {
      for (int i = 0; i < 5; i++) {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT many")) {
          assertThat(rows.next()).isTrue();
        }
        assertUsable(connection);
      }
    }
  }

  /** Cancels that hit around the end of a response: each is acknowledged once, whatever it met. */
  @Test
  void cancelsThatRaceWithTheEndAreAcknowledgedOnce() throws Exception {
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 300; i++) {
        Thread canceller =
            new Thread(
                () -> {
                  try {
                    statement.cancel();
                  } catch (SQLException e) {
                    throw new IllegalStateException(e);
                  }
                });
        canceller.start();
        try (ResultSet rows = statement.executeQuery("SELECT 1")) {
          while (rows.next()) {
            rows.getInt(1);
          }
        } catch (SQLException e) {
          assertThat(e.getMessage()).contains("cancel");
        }
        canceller.join();
        if (i % 10 == 0) {
          assertUsable(connection);
        }
      }
      assertUsable(connection);
    }
  }

  @Test
  void aSecondStatementMakesTheDriverBufferTheFirst() throws SQLException {
    try (Connection connection = fixture.mssql("responseBuffering=adaptive");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT many")) {
      long count = 0;
      while (rows.next()) {
        if (count++ == 50) {
          assertUsable(connection);
        }
      }
      assertThat(count).isEqualTo(MANY);
    }
  }

  @Test
  void largeValuesTravelBothWays() throws Exception {
    String text = "日本語".repeat(3_500_000);
    byte[] bytes = new byte[10_000_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 >> 3);
    }
    fixture.fake.on(
        "SELECT large",
        (session, parameters, response) -> {
          response.columns(
              List.of(
                  column("t", parameters.get(0).type()).get(0),
                  column("b", parameters.get(1).type()).get(0)));
          response.row(new FakeRow(parameters.get(0).value(), parameters.get(1).value()));
          response.done(Command.SELECT, 1L);
        });
    try (Connection connection = fixture.mssql("");
        PreparedStatement statement = connection.prepareStatement("SELECT large ?, ?")) {
      for (boolean stream : new boolean[] {false, true}) {
        if (stream) {
          statement.setCharacterStream(1, new java.io.StringReader(text));
          statement.setBinaryStream(2, new java.io.ByteArrayInputStream(bytes));
        } else {
          statement.setString(1, text);
          statement.setBytes(2, bytes);
        }
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          if (stream) {
            StringBuilder read = new StringBuilder();
            try (Reader reader = rows.getCharacterStream(1)) {
              char[] chunk = new char[5000];
              for (int n = reader.read(chunk); n >= 0; n = reader.read(chunk)) {
                read.append(chunk, 0, n);
              }
            }
            assertThat(read.toString().equals(text)).isTrue();
            try (InputStream in = rows.getBinaryStream(2)) {
              assertThat(Arrays.equals(in.readAllBytes(), bytes)).isTrue();
            }
          } else {
            assertThat(rows.getString(1).equals(text)).isTrue();
            assertThat(Arrays.equals(rows.getBytes(2), bytes)).isTrue();
          }
        }
      }
      assertUsable(connection);
    }
  }

  @Test
  void transactionsChangeTheDriversDescriptor() throws SQLException {
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      statement.execute("begin tran");
      statement.execute("COMMIT TRAN");
      statement.execute("begin tran");
      statement.execute("ROLLBACK TRAN");
      assertThatThrownBy(() -> statement.execute("COMMIT TRAN")).hasMessageContaining("COMMIT");
      connection.setCatalog("Shop");
      statement.execute("USE Other");
      assertThat(connection.getCatalog()).isEqualTo("Other");
    }
  }

  @Test
  void pooledConnectionsAreResetBeforeTheirNextUse() throws SQLException {
    com.microsoft.sqlserver.jdbc.SQLServerConnectionPoolDataSource source =
        new com.microsoft.sqlserver.jdbc.SQLServerConnectionPoolDataSource();
    source.setServerName("localhost");
    source.setPortNumber(fixture.server.port());
    source.setUser(FakeSqlServer.USER);
    source.setPassword(FakeSqlServer.PASSWORD);
    source.setEncrypt("false");
    javax.sql.PooledConnection pooled = source.getPooledConnection();
    try {
      for (int i = 0; i < 3; i++) {
        try (Connection connection = pooled.getConnection()) {
          assertUsable(connection);
        }
      }
    } finally {
      pooled.close();
    }
    assertThat(fixture.fake.log.stream().filter("reset"::equals).count()).isGreaterThan(0);
  }

  @Test
  void aStatementTextOfAMillionCharactersArrivesWhole() throws SQLException {
    String text = "SELECT text /*" + "語".repeat(1_000_000) + "*/";
    fixture.fake.on(
        "SELECT text", (session, parameters, response) -> response.done(Command.SELECT, null));
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
    assertThat(fixture.fake.log.stream().anyMatch(l -> l.equals("batch " + text))).isTrue();
    fixture.fake.log.removeIf(l -> l.length() > 100_000);
    assertThat(text.getBytes(StandardCharsets.UTF_16LE)).hasSizeGreaterThan(2_000_000);
  }

  @Test
  void columnsTellWhatTheyAre() throws SQLException {
    fixture.fake.on(
        "SELECT meta",
        FakeSqlServer.rows(
            List.of(
                new dev.renkei.standin.sql.ResultColumn("id", SqlType.INT, false, true, false),
                new dev.renkei.standin.sql.ResultColumn(
                    "cs", SqlType.nvarchar(7).withCaseSensitive(true), true),
                new dev.renkei.standin.sql.ResultColumn("", SqlType.decimal(12, 3), true),
                new dev.renkei.standin.sql.ResultColumn(
                    "t", SqlType.fractional(Kind.DATETIME2, 3), true)),
            List.of()));
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT meta")) {
      var meta = rows.getMetaData();
      assertThat(meta.isAutoIncrement(1)).isTrue();
      assertThat(meta.isNullable(1)).isEqualTo(0);
      assertThat(meta.isCaseSensitive(2)).isTrue();
      assertThat(meta.getPrecision(2)).isEqualTo(7);
      assertThat(meta.getColumnName(3)).isEmpty();
      assertThat(meta.getPrecision(3)).isEqualTo(12);
      assertThat(meta.getScale(3)).isEqualTo(3);
      assertThat(meta.getScale(4)).isEqualTo(3);
    }
  }
}
