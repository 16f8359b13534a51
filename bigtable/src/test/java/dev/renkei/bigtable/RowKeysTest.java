package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.schema.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowKeysTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");

  private static RowKey key(String folded) {
    return new RowKey(folded);
  }

  @Test
  void aKeyReadsPlaceTableAndFoldedKey() {
    assertThat(RowKeys.of(STOCK, key("[\"7\",\"S\"]")).toStringUtf8())
        .matches("[0-9a-f]{2}#dbo\\.Stock#\\[\"7\",\"S\"]");
  }

  @Test
  void keysDifferWhereverTableOrKeyDo() {
    List<String> tables =
        List.of(
            "a", "a#", "a%23", "a#[\"1\"]", "a.b", "a%", "a%u0023", "表", "\uD83C", "\uD83D", "?");
    List<String> keys =
        List.of("[]", "[\"1\"]", "[\"1\"]#[\"1\"]", "[\"1\",\"1\"]", "[\"1,1\"]", "[\"#\"]");
    Set<ByteString> distinct = new HashSet<>();
    for (String table : tables) {
      for (String key : keys) {
        distinct.add(RowKeys.of(new TableName("dbo", table), key(key)));
      }
    }

    assertThat(distinct).hasSize(tables.size() * keys.size());
  }

  @Test
  void neighbouringKeysSpreadOverAllPlaces() {
    int keys = 256 * 40;
    Map<String, Long> byPlace =
        IntStream.range(0, keys)
            .mapToObj(i -> RowKeys.of(STOCK, key("[\"" + i + "\"]")).toStringUtf8().substring(0, 2))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(byPlace).hasSize(256);
    assertThat(byPlace.values()).allSatisfy(n -> assertThat(n).isBetween(10L, 80L));
  }

  @Test
  void theRangesOfATableHoldItsRowsAndNoOthers() {
    List<ByteString> prefixes = RowKeys.prefixes(STOCK);

    assertThat(prefixes).hasSize(256).doesNotHaveDuplicates();
    assertThat(IntStream.range(0, 1000).mapToObj(i -> RowKeys.of(STOCK, key("[\"" + i + "\"]"))))
        .allSatisfy(key -> assertThat(prefixes.stream().filter(key::startsWith)).hasSize(1));
    assertThat(List.of("Stoc", "Stock2", "Stock#", "stock"))
        .allSatisfy(
            other -> {
              ByteString key = RowKeys.of(new TableName("dbo", other), key("[\"1\"]"));
              assertThat(prefixes).noneMatch(key::startsWith);
            });
    assertThat(prefixes).noneMatch(RowKeys.floor(STOCK)::startsWith);
  }
}
