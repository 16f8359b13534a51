package dev.renkei.standin.tds;

import static dev.renkei.standin.tds.FakeSqlServer.column;
import static dev.renkei.standin.tds.FakeSqlServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FreeTDS, the C library behind PHP, Ruby and ODBC on Linux: {@code tsql} and {@code freebcp}. */
class FreeTdsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @BeforeAll
  static void isInstalled() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/tsql"))
            && Files.isExecutable(Path.of("/usr/bin/freebcp")),
        "FreeTDS is not installed (Debian: apt-get install freetds-bin)");
  }

  private String run(
      Fixture fixture, String version, String encryption, String input, String... command)
      throws IOException, InterruptedException {
    Path settings = directory.resolve("freetds.conf");
    Files.writeString(
        settings,
        """
        [standin]
        host = 127.0.0.1
        port = %d
        tds version = %s
        encryption = %s
        client charset = UTF-8
        """
            .formatted(fixture.server.port(), version, encryption));
    Path in = directory.resolve("input.sql");
    Path out = directory.resolve("output.txt");
    Files.writeString(in, input);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("FREETDSCONF", settings.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectInput(in.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after 30 s: " + Files.readString(out));
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "7.1,off",
    "7.2,off",
    "7.3,off",
    "7.4,off",
    "7.1,request",
    "7.4,request",
    "7.1,require",
    "7.4,require"
  })
  void tsqlReadsRowsAndErrors(String version, String encryption) throws Exception {
    try (Fixture fixture = new Fixture()) {
      fixture.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
      everyType(fixture.fake);
      String output =
          run(
              fixture,
              version,
              encryption,
              "SELECT every\ngo\nSELECT 1\ngo\nnonsense\ngo\nexit\n",
              "tsql",
              "-S",
              "standin",
              "-U",
              "sa",
              "-P",
              FakeSqlServer.PASSWORD,
              "-o",
              "q");
      assertThat(output)
          .as(output)
          .contains("日本語")
          .contains("12345.6789")
          .contains("00112233-4455-6677-8899-AABBCCDDEEFF")
          .contains("NULL");
      assertThat(output.lines().anyMatch(l -> l.equals("1"))).as(output).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"7.1", "7.2", "7.3", "7.4"})
  void freebcpCopiesATableAndAQueryOut(String version) throws Exception {
    try (Fixture fixture = new Fixture()) {
      List<ResultColumn> columns =
          List.of(
              new ResultColumn("id", SqlType.INT, false),
              new ResultColumn("name", SqlType.nvarchar(50), true),
              new ResultColumn("amount", SqlType.decimal(18, 4), true),
              new ResultColumn("at", SqlType.fractional(Kind.DATETIME2, 7), true));
      List<FakeRow> rows = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        rows.add(
            new FakeRow(
                i,
                i % 7 == 0 ? null : "名前 " + i,
                new BigDecimal(i + ".2500"),
                LocalDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_700)));
      }
      fixture.fake.on("SET FMTONLY ON", FakeSqlServer.rows(columns, List.of()));
      fixture.fake.on("select * from", FakeSqlServer.rows(columns, rows));
      fixture.fake.on("SELECT * FROM", FakeSqlServer.rows(columns, rows));
      Path file = directory.resolve("out.tsv");
      for (String[] what :
          new String[][] {{"dbo.Orders", "out"}, {"SELECT * FROM dbo.Orders", "queryout"}}) {
        Files.deleteIfExists(file);
        String output =
            run(
                fixture,
                version,
                "off",
                "",
                "freebcp",
                what[0],
                what[1],
                file.toString(),
                "-c",
                "-S",
                "standin",
                "-U",
                "sa",
                "-P",
                FakeSqlServer.PASSWORD);
        assertThat(output).as(output + fixture.fake.log).contains("1000 rows copied");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1000);
        assertThat(lines.get(8)).startsWith("8\t名前 8\t8.2500\t").contains("2024");
        assertThat(lines.get(7)).startsWith("7\t\t7.2500\t");
      }
    }
  }

  private static void everyType(FakeSqlServer fake) {
    List<ResultColumn> columns = new ArrayList<>();
    List<Object> values =
        List.of(
            "日本語",
            new BigDecimal("12345.6789"),
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            LocalDate.of(2024, 2, 29),
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_700),
            new byte[] {1, 2},
            new byte[] {3},
            "<a/>",
            "x".repeat(9000));
    List<SqlType> types =
        List.of(
            SqlType.nvarchar(20),
            SqlType.decimal(18, 4),
            SqlType.UNIQUEIDENTIFIER,
            SqlType.DATE,
            SqlType.fractional(Kind.DATETIME2, 7),
            SqlType.varbinary(SqlType.MAX),
            SqlType.of(Kind.HIERARCHYID),
            SqlType.XML,
            SqlType.sized(Kind.VARCHAR, SqlType.MAX));
    for (int i = 0; i < types.size(); i++) {
      columns.add(new ResultColumn("c" + i, types.get(i), true));
    }
    fake.on(
        "SELECT every",
        FakeSqlServer.rows(
            columns,
            List.of(new FakeRow(values.toArray()), new FakeRow(new Object[types.size()]))));
  }
}
