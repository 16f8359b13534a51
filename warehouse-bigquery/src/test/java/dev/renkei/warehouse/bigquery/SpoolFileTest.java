package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.renkei.core.contract.Shop;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that wait survive the process; what was not there wholly is left out. */
class SpoolFileTest {
  private static final StoredTable TABLE =
      new StoredTable(
          "shop",
          Shop.STOCK,
          "dbo_Stock",
          List.of(new Field("数量", "数量", BigType.INT64), new Field("at", "At", BigType.TIME)));

  @TempDir private Path folder = Path.of("");

  private static ByteString row(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }

  private static List<String> rows(SpoolFile file) throws IOException {
    List<String> rows = new ArrayList<>();
    SpoolFile.Reader reader = file.read();
    for (byte[] row = reader.next(); row != null; row = reader.next()) {
      rows.add(new String(row, StandardCharsets.UTF_8));
    }
    return rows;
  }

  private static SpoolFile opened(Path path) throws IOException {
    return Objects.requireNonNull(SpoolFile.open(path, Shop.NOON));
  }

  @Test
  void whatWasWrittenIsReadAgainWithItsTable() throws Exception {
    String large = "x".repeat(200_000);
    try (SpoolFile file = SpoolFile.create(folder, "one", TABLE, Shop.NOON)) {
      file.append(List.of(row("a"), row("b")));
      file.append(List.of(row(large), row("c")));
      assertThat(rows(file)).containsExactly("a", "b", large, "c");
    }

    try (SpoolFile file = opened(folder.resolve("one.rows"))) {
      assertThat(file.id()).isEqualTo("one");
      assertThat(file.table()).isEqualTo(TABLE);
      assertThat(file.rows()).isEqualTo(4);
      assertThat(rows(file)).containsExactly("a", "b", large, "c");
      file.delete();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whateverACrashCutsOffTheWholeRowsBeforeItStay() throws Exception {
    long afterFirst;
    Path path;
    try (SpoolFile file = SpoolFile.create(folder, "torn", TABLE, Shop.NOON)) {
      path = file.path();
      file.append(List.of(row("first")));
      afterFirst = Files.size(path);
      file.append(List.of(row("second")));
    }
    byte[] whole = Files.readAllBytes(path);

    for (int cut = (int) afterFirst; cut < whole.length; cut++) {
      Files.write(path, Arrays.copyOf(whole, cut));
      try (SpoolFile file = opened(path)) {
        assertThat(rows(file)).as("cut at %d", cut).containsExactly("first");
        file.append(List.of(row("third")));
      }
      try (SpoolFile file = opened(path)) {
        assertThat(rows(file)).containsExactly("first", "third");
      }
    }
  }

  @Test
  void aRowWhoseBytesDifferFromItsChecksumEndsTheFile() throws Exception {
    Path path;
    try (SpoolFile file = SpoolFile.create(folder, "bad", TABLE, Shop.NOON)) {
      path = file.path();
      file.append(List.of(row("first"), row("second")));
    }
    byte[] whole = Files.readAllBytes(path);
    whole[whole.length - 1]++;
    Files.write(path, whole);

    try (SpoolFile file = opened(path)) {
      assertThat(rows(file)).containsExactly("first");
    }
  }

  @Test
  void aFileWithoutItsBeginningHasNoRowsAndOneOfSomebodyElseIsRefused() throws Exception {
    Path torn = Files.write(folder.resolve("t.rows"), new byte[] {0, 0, 0});
    assertThat(SpoolFile.open(torn, Shop.NOON)).isNull();

    try (SpoolFile file = SpoolFile.create(folder, "v", TABLE, Shop.NOON)) {
      assertThat(file.bytes()).isZero();
    }
    assertThatThrownBy(() -> SpoolHead.read(new byte[] {9})).hasMessageContaining("version 9");
  }
}
