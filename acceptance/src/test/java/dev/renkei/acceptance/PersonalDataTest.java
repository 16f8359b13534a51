package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the first look at a database with personal columns to other keys and another policy. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PersonalDataTest {
  private static final List<String> VALUES =
      List.of(
          "山田 太郎",
          "鈴木 花子",
          "東京都千代田区丸の内1-2-3",
          "大阪府大阪市北区梅田4-5-6",
          "taro.yamada@example.jp",
          "hanako.suzuki@example.jp",
          "090-1234-5678",
          "080-8765-4321");

  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Members (Id int NOT NULL PRIMARY KEY, 氏名 nvarchar(40), 住所 nvarchar(100), Contact nvarchar(100),
          Tel varchar(20), Points int)
        ALTER TABLE dbo.Members ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Members VALUES (1, N'%s', N'%s', N'%s', '%s', 10), (2, N'%s', N'%s', N'%s', '%s', 20)
        """
            .formatted(
                VALUES.get(0),
                VALUES.get(2),
                VALUES.get(4),
                VALUES.get(6),
                VALUES.get(1),
                VALUES.get(3),
                VALUES.get(5),
                VALUES.get(7)));
    return shop;
  }

  @Test
  void isSuggestedMaskedAndMaskedOtherwise() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = Installation.of(folder, shop, "Shop", "  include: [\"dbo.*\"]\n")) {
      suggestsWithoutShowingAValue(renkei, shop);
      String clear = Files.readString(renkei.file());
      mask(
          renkei,
          clear,
          "氏名: {method: tokenize}, dbo.Members.住所: {method: partial, keep_first: 3}, dbo.Members.Contact: {method: hash}");
      String keys = renkei.file().resolveSibling("keyset.json").toString();
      assertThat(renkei.runAsIs(List.of("keys", "create", keys))).returns(0, Ended::code);
      renkei.up();
      List<Object> before = masked(renkei, "", "");
      String token = String.valueOf(before.get(0));
      assertThat(detokenized(renkei, token)).isEqualTo(VALUES.get(0));

      assertThat(renkei.runAsIs(List.of("keys", "rotate", keys))).returns(0, Ended::code);
      assertThat(masked(renkei, "", "")).as("until it is started anew").isEqualTo(before);
      renkei.stop();
      renkei.up();
      List<Object> rotated = masked(renkei, token, String.valueOf(before.get(1)));
      assertThat(detokenized(renkei, token)).isEqualTo(VALUES.get(0));
      assertThat(detokenized(renkei, String.valueOf(rotated.get(0)))).isEqualTo(VALUES.get(0));
      awaitCount(renkei, 2);

      renkei.kill();
      mask(
          renkei,
          clear,
          "氏名: {method: hash}, dbo.Members.住所: {method: \"null\"}, dbo.Members.Contact: {method: hash}");
      renkei.up();
      String hashed =
          "SELECT count(*) FROM dbo.Members WHERE length(\"氏名\") = 64 AND \"住所\" IS NULL AND Contact = '%s'"
              .formatted(rotated.get(1));
      renkei.until(
          () -> {
            String there = renkei.client().query(hashed, "masked", 1).rows().toString();
            return there.equals("[[1]]")
                ? Optional.empty()
                : Optional.of("masked by the other policy: " + there);
          });
      awaitCount(renkei, 2);
    }
  }

  /** What `init` and `check` look at in order to suggest is in nothing that they write. */
  private static void suggestsWithoutShowingAValue(Installation renkei, StandIn shop)
      throws Exception {
    Ended init =
        renkei.runAsIs(
            List.of(
                "init",
                "--url",
                "jdbc:sqlserver://127.0.0.1:%d;databaseName=Shop;encrypt=false"
                    .formatted(shop.port())));
    Ended check = renkei.run("check");
    for (Ended shown : List.of(init, check)) {
      assertThat(shown).as(shown.toString()).returns(0, Ended::code);
      assertThat(shown.output())
          .contains("dbo.Members.氏名", "dbo.Members.住所", "dbo.Members.Contact", "dbo.Members.Tel")
          .doesNotContain("dbo.Members.Points");
      assertThat(VALUES)
          .noneMatch(value -> shown.output().contains(value) || shown.errors().contains(value));
    }
    assertThat(check.output())
        .contains(
            "dbo.Members.氏名 looks like names of people and has no policy",
            "dbo.Members.Contact looks like e-mail addresses and has no policy");
  }

  private static void mask(Installation renkei, String clear, String columns) throws Exception {
    Files.writeString(
        renkei.file(),
        clear.replace(
            "warehouses: {local:",
            """
            privacy:
              keyset: "${file:keyset.json}"
              columns: {dbo.Members.%s, dbo.Members.Tel: {method: drop}, "dbo.Members.*": {method: pass}}
            warehouses: {masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}, local:"""
                .formatted(columns)));
  }

  /** The first member's name and address of the masked warehouse, once they are none of these. */
  private static List<Object> masked(Installation renkei, String notName, String notContact)
      throws Exception {
    List<List<Object>> found = new java.util.ArrayList<>();
    renkei.until(
        () -> {
          String views = "SELECT 1 FROM duckdb_views() WHERE view_name = 'Members'";
          if (renkei.client().query(views, "masked", 1).rows().isEmpty()) {
            return Optional.of("no view");
          }
          List<List<Object>> rows =
              renkei
                  .client()
                  .query("SELECT \"氏名\", Contact FROM dbo.Members WHERE Id = 1", "masked", 1)
                  .rows();
          found.clear();
          found.addAll(rows);
          return rows.isEmpty()
                  || notName.equals(rows.get(0).get(0))
                  || notContact.equals(rows.get(0).get(1))
              ? Optional.of("masked as before: " + rows)
              : Optional.empty();
        });
    assertThat(String.valueOf(found.get(0).get(1))).matches("[0-9a-f]{64}");
    return found.get(0);
  }

  private static String detokenized(Installation renkei, String token) throws Exception {
    Ended ended = renkei.run("keys", "detokenize", token);
    assertThat(ended).returns(0, Ended::code);
    return ended.output().strip();
  }

  private static void awaitCount(Installation renkei, int rows) throws Exception {
    renkei.until(
        () -> {
          String there =
              renkei
                  .client()
                  .query("SELECT count(*) FROM dbo.Members", "masked", 1)
                  .rows()
                  .toString();
          return there.equals("[[%d]]".formatted(rows))
              ? Optional.empty()
              : Optional.of("masked rows " + there);
        });
  }
}
