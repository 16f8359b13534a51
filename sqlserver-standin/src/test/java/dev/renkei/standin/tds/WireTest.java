package dev.renkei.standin.tds;

import static dev.renkei.standin.tds.FakeSqlServer.column;
import static dev.renkei.standin.tds.FakeSqlServer.result;
import static dev.renkei.standin.tds.RawClient.bytes;
import static dev.renkei.standin.tds.RawClient.concat;
import static dev.renkei.standin.tds.RawClient.little;
import static dev.renkei.standin.tds.RawClient.utf16;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes themselves, where no driver can be made to send or show them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {
  private static final int V7_4 = 0x74000004;

  @SuppressWarnings("NullAway.Init")
  private Fixture fixture;

  @BeforeAll
  void start() throws IOException {
    fixture = new Fixture(TdsOptions.defaults().withLoginTimeout(Duration.ofSeconds(2)));
    fixture.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
    fixture.fake.on("WAIT", (session, parameters, response) -> session.untilCancelled());
    fixture.fake.on("SELECT day", result(column("d", SqlType.DATE), LocalDate.of(2024, 2, 29)));
    fixture.fake.on(
        "SELECT max", result(column("m", SqlType.varbinary(SqlType.MAX)), new byte[] {1, 2}));
    fixture.fake.on(
        "SELECT udt", result(column("u", SqlType.of(Kind.GEOGRAPHY)), new byte[] {1, 2}));
    fixture.fake.on(
        "SELECT nulls",
        (session, parameters, response) -> {
          response.columns(
              List.of(
                  new ResultColumn("a", SqlType.varbinary(SqlType.MAX), true),
                  new ResultColumn("b", SqlType.INT, true)));
          response.row(new FakeRow(null, 5));
          response.done(Command.SELECT, 1L);
        });
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @BeforeEach
  void forget() {
    fixture.fake.log.clear();
  }

  private RawClient loggedIn() throws IOException {
    return RawClient.loggedIn(fixture.server.port(), V7_4);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** DONE with 64-bit counts, as hexadecimal digits. */
  private static String done(int token, int status, int command, int count) {
    return hex(
        concat(bytes(token), little(status, 2), little(command, 2), little(count, 4), new byte[4]));
  }

  private void assertUsable(RawClient client) throws IOException {
    client.batch("SELECT 1");
    assertThat(hex(client.response())).endsWith("d10401000000" + done(0xFD, 0x10, 0xC1, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0x71000000,71000001",
    "0x71000001,71000001",
    "0x72090002,72090002",
    "0x730A0003,730a0003",
    "0x730B0003,730b0003",
    "0x74000004,74000004",
    "0x75000000,74000004"
  })
  void agreesOnTheClientsVersionOrTheNewestOfItsOwn(String asked, String acknowledged)
      throws IOException {
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.version = Integer.decode(asked);
      client.send(
          Message.LOGIN, 1, RawClient.login(Integer.decode(asked), FakeSqlServer.PASSWORD, 0, 0));
      byte[] response = client.response();
      assertThat(hex(response))
          .contains("01" + acknowledged + "14" + hex(utf16("Microsoft SQL Server")));
      client.batch("SELECT 1");
      assertThat(hex(client.response())).contains("d10401000000fd1000c1000100");
    }
  }

  @Test
  void refusesOldVersionsAndForeignLoginsWithASentence() throws IOException {
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.send(Message.LOGIN, 1, RawClient.login(0x70000000, "x", 0, 0));
      assertThat(RawClient.text(client.response())).contains("TDS versions before 7.1");
      assertThat(client.atEnd()).isTrue();
    }
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.send(Message.LOGIN, 1, RawClient.login(V7_4, "", 0x80, 0));
      assertThat(RawClient.text(client.response())).contains("does not support Windows");
      assertThat(client.atEnd()).isTrue();
    }
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.send(Message.LOGIN, 1, RawClient.login(V7_4, "", 0, 1));
      assertThat(RawClient.text(client.response())).contains("changing the password");
    }
  }

  @Test
  void refusesAPlainLoginWhereEncryptionIsRequired() throws IOException {
    try (Fixture own =
            new Fixture(TdsOptions.defaults().withEncryption(TdsOptions.Encryption.REQUIRED));
        RawClient plain = new RawClient(own.server.port());
        RawClient unable = new RawClient(own.server.port())) {
      plain.send(Message.LOGIN, 1, RawClient.login(V7_4, FakeSqlServer.PASSWORD, 0, 0));
      assertThat(RawClient.text(plain.response())).contains("requires encryption");
      assertThat(plain.atEnd()).isTrue();
      unable.send(
          Message.PRELOGIN,
          1,
          HexFormat.of().parseHex("00000b000601001100 01ff0900000000 00 02".replace(" ", "")));
      byte[] answer = unable.response();
      assertThat(answer[answer[7] & 0xFF]).isEqualTo((byte) 3);
      assertThat(unable.atEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,OFFERED,0",
    "1,OFFERED,1",
    "2,OFFERED,2",
    "3,OFFERED,1",
    "0,REQUIRED,3",
    "1,REQUIRED,1",
    "2,REQUIRED,3",
    "3,REQUIRED,1",
    "0,REFUSED,2",
    "1,REFUSED,2",
    "2,REFUSED,2",
    "3,REFUSED,2"
  })
  void answersEncryptionByTheTableOfTheSpecification(
      int asked, TdsOptions.Encryption policy, int answer) {
    assertThat(new Prelogin(asked, false).answer(policy)).isEqualTo(answer);
  }

  @Test
  void oldClientsSeeDatesAsTextAndLongValuesAsImage() throws IOException {
    try (RawClient client = RawClient.loggedIn(fixture.server.port(), 0x71000001)) {
      client.batch("SELECT day");
      assertThat(hex(client.response()))
          .startsWith("810100" + "0000" + "0900" + "e71400" + "0904d00034" + "01" + hex(utf16("d")))
          .contains("d11400" + hex(utf16("2024-02-29")));
      client.batch("SELECT max");
      assertThat(hex(client.response()))
          .startsWith("810100" + "0000" + "0900" + "22ffffff7f" + "0000");
      client.batch("SELECT nulls");
      assertThat(hex(client.response())).contains("d1000405000000");
    }
    try (RawClient client = RawClient.loggedIn(fixture.server.port(), 0x72090002)) {
      client.batch("SELECT day");
      assertThat(hex(client.response())).contains("e71400");
      client.batch("SELECT max");
      assertThat(hex(client.response()))
          .contains("a5ffff")
          .contains("d10200000000000000" + "02000000" + "0102" + "00000000");
      client.batch("SELECT udt");
      assertThat(hex(client.response())).contains("a5ffff");
      client.batch("SELECT nulls");
      assertThat(hex(client.response())).contains("d1ffffffffffffffff0405000000");
    }
  }

  @Test
  void newClientsSeeDatesClrTypesAndShortRows() throws IOException {
    try (RawClient client = loggedIn()) {
      client.batch("SELECT day");
      assertThat(hex(client.response()))
          .contains("28" + "01" + hex(utf16("d")))
          .contains("d103de450b".substring(0, 4));
      client.batch("SELECT udt");
      assertThat(hex(client.response()))
          .contains(
              "f0ffff06"
                  + hex(utf16("master"))
                  + "03"
                  + hex(utf16("sys"))
                  + "09"
                  + hex(utf16("geography")));
      client.batch("SELECT nulls");
      assertThat(hex(client.response())).contains("d2010405000000");
    }
  }

  @Test
  void theLastCompletionSaysSoAndTheOthersSayMore() throws IOException {
    fixture.fake.on(
        "TWO",
        (session, parameters, response) -> {
          response.done(Command.INSERT, 3L);
          response.done(Command.OTHER, null);
          response.done(Command.DELETE, 0L);
        });
    fixture.fake.on("NONE", (session, parameters, response) -> response.done(Command.OTHER, null));
    try (RawClient client = loggedIn()) {
      client.batch("TWO");
      assertThat(hex(client.response()))
          .isEqualTo(done(0xFD, 0x11, 0xC3, 3) + done(0xFD, 0x10, 0xC4, 0));
      client.batch("NONE");
      assertThat(hex(client.response())).isEqualTo(done(0xFD, 0, 0, 0));
    }
  }

  @Test
  void severalCallsInOneMessageAreAnsweredInOne() throws IOException {
    byte[] text = utf16("SELECT 1");
    byte[] call =
        concat(
            bytes(0xFF, 0xFF, 10, 0, 0, 0),
            bytes(0, 0, 0xE7),
            little(8000, 2),
            Collation.CASE_INSENSITIVE,
            little(text.length, 2),
            text);
    byte[] unknown = concat(little(4, 2), utf16("nope"), little(0, 2));
    try (RawClient client = loggedIn()) {
      client.send(
          Message.RPC, 1, concat(client.headers(), call, bytes(0xFF), unknown, bytes(0xFF), call));
      String response = hex(client.response());
      String one = "d10401000000" + done(0xFF, 0x11, 0xC1, 1) + "7900000000";
      assertThat(response)
          .contains(one + done(0xFE, 1, 0xE0, 0) + "aa")
          .contains(done(0xFF, 3, 0, 0) + done(0xFE, 3, 0xE0, 0) + "81")
          .endsWith(one + done(0xFE, 0, 0xE0, 0));
      assertUsable(client);
    }
    try (RawClient old = RawClient.loggedIn(fixture.server.port(), 0x71000001)) {
      old.send(Message.RPC, 1, concat(call, bytes(0x80), call));
      assertThat(fixture.fake.log.stream().filter(l -> l.startsWith("call")).count())
          .isGreaterThan(0);
      assertThat(hex(old.response())).endsWith("fe0000e00000000000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "62,sql_variant",
    "f3,table-valued",
    "f4,json",
    "f5,vector",
    "99,Data type 0x99 is unknown"
  })
  void parametersThatItDoesNotTakeAreNamedAndTheConnectionGoesOn(String type, String named)
      throws IOException {
    try (RawClient client = loggedIn()) {
      client.send(
          Message.RPC,
          1,
          concat(
              client.headers(),
              bytes(0xFF, 0xFF, 10, 0, 0, 0),
              bytes(2),
              utf16("@p"),
              bytes(0),
              HexFormat.of().parseHex(type),
              bytes(1, 2, 3, 4, 5)));
      assertThat(RawClient.text(client.response())).contains(named);
      assertUsable(client);
    }
  }

  @Test
  void decodesTheParametersThatModernDriversNoLongerSend() throws IOException {
    String[][] parameters = {
      {"1f", "null"},
      {"30ff", "255"},
      {"3201", "true"},
      {"34ffff", "-1"},
      {"38feffffff", "-2"},
      {"7fffffffffffffffff", "-1"},
      {"2604022c01".substring(0, 4) + "02" + "2c01", "300"},
      {"3b0000c03f", "1.5"},
      {"3e000000000000f83f", "1.5"},
      {"7a10270000", "1.0000"},
      {"3cffffffff" + "f0d8ffff", "-1.0000"},
      {"6e0404" + "10270000", "1.0000"},
      {"6e0800", "null"},
      {"3a0100" + "3c00", "1900-01-02T01:00"},
      {"3d01000000" + "2c010000", "1900-01-02T00:00:01"},
      {"6f0404" + "0100" + "3c00", "1900-01-02T01:00"},
      {"37110a02" + "05" + "00" + "7b000000", "-1.23"},
      {"2f05" + "03" + "616263", "abc"},
      {"270a" + "01" + "e9", "é"},
      {"270a" + "00", "null"},
      {"2d04" + "02" + "0102", "[B"},
      {"2504" + "00", "null"},
      {"af0300" + "0904d00034" + "0300" + "616220", "ab "},
      {"ef0400" + "0904d00034" + "0200" + "e565", "日"},
      {
        "a7ffff"
            + "0904d00034"
            + "feffffffffffffff"
            + "02000000"
            + "6162"
            + "01000000"
            + "63"
            + "00000000",
        "abc"
      },
      {"a7ffff" + "0904d00034" + "ffffffffffffffff", "null"},
      {"23ffffff7f" + "0904d00034" + "02000000" + "6162", "ab"},
      {"63ffffff7f" + "0904d00034" + "02000000" + "6100", "a"},
      {"22ffffff7f" + "ffffffff", "null"},
      {"24100" + "0", "null"},
      {"f1" + "00" + "0a00000000000000" + "0a000000" + "fffe3c0061002f003e00" + "00000000", "<a/>"},
      {"f1" + "00" + "0400000000000000" + "04000000" + "3c612f3e" + "00000000", "<a/>"},
      {
        "f0"
            + "00"
            + "00"
            + "0b"
            + hex(utf16("hierarchyid"))
            + "0100000000000000"
            + "01000000"
            + "58"
            + "00000000",
        "[B"
      },
      {"2a07" + "08" + "0000000000" + "000000", "0001-01-01T00:00"},
    };
    try (RawClient client = loggedIn()) {
      for (String[] parameter : parameters) {
        fixture.fake.log.clear();
        client.send(
            Message.RPC,
            1,
            concat(
                client.headers(),
                little(4, 2),
                utf16("echo"),
                little(0, 2),
                bytes(0, 0),
                HexFormat.of().parseHex(parameter[0])));
        String response = hex(client.response());
        assertThat(fixture.fake.log).as(parameter[0] + " " + response).hasSize(1);
        assertThat(fixture.fake.log.get(0)).as(parameter[0]).contains("value=" + parameter[1]);
      }
      // Not a number, a time after midnight, a date after year 9999
      for (String wrong :
          List.of(
              "3e000000000000f87f",
              "2907" + "05" + "ffffffffff",
              "2a07" + "08" + "0000000000ffffff")) {
        client.send(
            Message.RPC,
            1,
            concat(
                client.headers(),
                little(4, 2),
                utf16("echo"),
                little(0, 2),
                bytes(0, 0),
                HexFormat.of().parseHex(wrong)));
        assertThat(RawClient.text(client.response())).as(wrong).contains("not a valid instance");
      }
      assertUsable(client);
    }
  }

  @Test
  void transactionRequestsReachTheSession() throws IOException {
    try (RawClient client = loggedIn()) {
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(5, 0, 5, 4), utf16("t1")));
      assertThat(hex(client.response()))
          .matches("e30b000808[0-9a-f]{16}00" + done(0xFD, 0, 0xD4, 0));
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(9, 0, 4), utf16("s1")));
      assertThat(hex(client.response())).isEqualTo(done(0xFD, 0, 0, 0));
      client.send(
          Message.TRANSACTION, 1, concat(client.headers(), bytes(8, 0, 4), utf16("s1"), bytes(0)));
      assertThat(hex(client.response())).isEqualTo(done(0xFD, 0, 0xD6, 0));
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(7, 0, 0, 1, 2, 0)));
      assertThat(hex(client.response()))
          .matches(
              "e30b00090008[0-9a-f]{16}"
                  + done(0xFD, 1, 0xD5, 0)
                  + "e30b000808[0-9a-f]{16}00"
                  + done(0xFD, 0, 0xD4, 0));
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(8, 0, 0, 0)));
      assertThat(hex(client.response()))
          .matches("e30b000a0008[0-9a-f]{16}" + done(0xFD, 0, 0xD6, 0));
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(7, 0, 0, 0)));
      assertThat(RawClient.text(client.response())).contains("no corresponding BEGIN");
      client.send(Message.TRANSACTION, 1, concat(client.headers(), bytes(0, 0, 0, 0)));
      assertThat(RawClient.text(client.response())).contains("distributed transactions");
      assertUsable(client);
    }
    assertThat(fixture.fake.log)
        .containsSubsequence(
            "begin SNAPSHOT t1",
            "save s1",
            "rollback s1",
            "commit",
            "begin READ_COMMITTED ",
            "rollback ",
            "commit");
  }

  @Test
  void aResetComesBeforeItsRequestAndIsAcknowledgedFirst() throws IOException {
    try (RawClient client = loggedIn()) {
      client.send(Message.BATCH, 1 | 8, concat(client.headers(), utf16("SELECT 1")));
      assertThat(hex(client.response())).startsWith("e30300120000" + "81");
      assertThat(fixture.fake.log.subList(1, 3)).containsExactly("reset", "batch SELECT 1");
      client.send(Message.BATCH, 1 | 16, concat(client.headers(), utf16("SELECT 1")));
      assertThat(hex(client.response())).startsWith("e30300120000" + "81");
      assertThat(fixture.fake.log).contains("reset keeping transaction");
    }
  }

  @Test
  void aMessageGivenUpByTheClientIsNotRun() throws IOException {
    try (RawClient client = loggedIn()) {
      client.send(Message.BATCH, 0, concat(client.headers(), utf16("SELECT")));
      client.send(Message.BATCH, 3, utf16(" 1"));
      assertThat(hex(client.response())).isEqualTo(done(0xFD, 2, 0, 0));
      assertThat(fixture.fake.log).noneMatch(l -> l.startsWith("batch"));
      assertUsable(client);
    }
  }

  @Test
  void everyAttentionIsAcknowledgedOnceInAMessageOfItsOwn() throws IOException {
    String acknowledged = done(0xFD, 0x20, 0, 0);
    try (RawClient client = loggedIn()) {
      client.attention();
      assertThat(hex(client.response())).isEqualTo(acknowledged);
      for (int i = 0; i < 200; i++) {
        client.batch("SELECT 1");
        client.attention();
        client.response();
        assertThat(hex(client.response())).isEqualTo(acknowledged);
        client.batch("WAIT");
        client.attention();
        assertThat(hex(client.response())).isEqualTo(done(0xFD, 0, 0, 0));
        assertThat(hex(client.response())).isEqualTo(acknowledged);
      }
      assertUsable(client);
    }
  }

  @Test
  void bulkLoadIsRefusedByName() throws IOException {
    try (RawClient client = loggedIn()) {
      client.send(Message.BULK_LOAD, 1, new byte[100]);
      assertThat(RawClient.text(client.response())).contains("bulk load");
      assertUsable(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "474554202f20485454502f312e310d0a0d0a", // GET / HTTP/1.1
        "1201000800000000", // an empty prelogin
        "120100090000000000",
        "10010010000000000000000000000000", // a short login
        "0101000a00000000ffff", // a batch before the login
        "ffffffffffffffffffffffff",
        "12010012000000000100ff00ff0000000000" // an option beyond its message
      })
  void garbageEndsItsConnectionAndNothingElse(String garbage) throws Exception {
    try (RawClient other = loggedIn();
        RawClient client = new RawClient(fixture.server.port())) {
      client.raw(HexFormat.of().parseHex(garbage));
      Fixture.await(client::atEnd);
      assertUsable(other);
    }
  }

  @Test
  void garbageAfterTheLoginEndsTheConnectionWithAnError() throws Exception {
    List<byte[]> wrong =
        List.of(
            concat(bytes(0xFF, 0xFF, 0xFF, 0x7F), utf16("SELECT 1")),
            bytes(1, 2),
            concat(bytes(3, 0, 0, 0), utf16("x")));
    for (byte[] payload : wrong) {
      try (RawClient client = loggedIn()) {
        client.send(Message.BATCH, 1, payload);
        assertThat(RawClient.text(client.response())).contains("protocol stream is incorrect");
        assertThat(client.atEnd()).isTrue();
      }
    }
  }

  @Test
  void halfAPacketThenSilenceIsDroppedAtTheLoginTimeout() throws Exception {
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.raw(bytes(0x12, 1, 0, 40, 0, 0));
      assertThat(client.atEnd()).isTrue();
    }
  }

  @Test
  void randomBytesNeverHurtTheServer() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      try (RawClient client = i % 2 == 0 ? new RawClient(fixture.server.port()) : loggedIn()) {
        if (i % 4 < 2) {
          client.raw(noise);
        } else {
          int[] types = {1, 3, 14, 16, 18};
          client.send(types[random.nextInt(types.length)], 1, concat(client.headers(), noise));
        }
      } catch (java.net.SocketException e) {
        // The server may have closed the connection already.
      }
    }
    try (RawClient client = loggedIn()) {
      assertUsable(client);
    }
    Fixture.await(() -> fixture.fake.open.get() == 0);
    Fixture.await(() -> fixture.server.connections() == 0);
  }

  @Test
  void aMessageBeyondTheLimitEndsTheConnection() throws Exception {
    try (Fixture own = new Fixture(TdsOptions.defaults().withMaxMessageBytes(10_000));
        RawClient client = RawClient.loggedIn(own.server.port(), V7_4)) {
      client.send(Message.BATCH, 0, new byte[6000]);
      client.send(Message.BATCH, 0, new byte[6000]);
      assertThat(RawClient.text(client.response())).contains("more than 10000 bytes");
      assertThat(client.atEnd()).isTrue();
    }
  }

  @Test
  void turnsAwayWhoIsTooMany() throws Exception {
    try (Fixture own = new Fixture(TdsOptions.defaults().withMaxConnections(1));
        RawClient first = RawClient.loggedIn(own.server.port(), V7_4);
        RawClient second = new RawClient(own.server.port())) {
      assertThat(second.atEnd()).isTrue();
      first.batch("x");
      assertThat(Arrays.copyOf(first.response(), 1)).containsExactly(0xFD);
    }
  }

  @Test
  void aClientThatGoesAwayStopsItsStatement() throws Exception {
    int before = fixture.fake.open.get();
    try (RawClient client = loggedIn()) {
      client.batch("WAIT");
      Fixture.await(() -> fixture.fake.log.contains("batch WAIT"));
    }
    Fixture.await(() -> fixture.fake.open.get() == before);
  }
}
