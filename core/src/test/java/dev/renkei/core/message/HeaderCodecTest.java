package dev.renkei.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCodecTest {
  @Test
  void namesAndTextsAreThoseOfTheDesign() {
    assertThat(written(attributes(ChangeType.UPDATE, Instant.parse("2024-05-01T00:00:00.123Z"))))
        .containsExactly(
            Map.entry("message_unique_id", "shop/dbo.Stock/1/20417/[\"7\"]"),
            Map.entry("table_name", "dbo.Stock"),
            Map.entry("changetrack_type", "U"),
            Map.entry("changetrack_ver", "20417"),
            Map.entry("epoch", "1"),
            Map.entry("snapshot", "0"),
            Map.entry("schema_id", "1234"),
            Map.entry("source", "shop"),
            Map.entry("content_hash", "fffffffffffffffe"),
            Map.entry("commit_time", "2024-05-01T00:00:00.123Z"));
  }

  @ParameterizedTest
  @EnumSource(ChangeType.class)
  void readsWhatItWrote(ChangeType type) throws MessageException {
    MessageAttributes attributes = attributes(type, null);

    assertThat(HeaderCodec.read(written(attributes)::get)).isEqualTo(attributes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "message_unique_id",
        "table_name",
        "changetrack_type",
        "changetrack_ver",
        "epoch",
        "snapshot",
        "schema_id",
        "source",
        "content_hash"
      })
  void saysWhichAttributeIsMissing(String name) {
    Map<String, String> headers = written(attributes(ChangeType.INSERT, null));
    headers.remove(name);

    assertThatThrownBy(() -> HeaderCodec.read(headers::get))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("has no attribute " + name);
  }

  @ParameterizedTest
  @CsvSource({
    "table_name, secret4711",
    "changetrack_type, secret4711",
    "changetrack_ver, secret4711",
    "changetrack_ver, -4711",
    "epoch, 47110",
    "snapshot, 4711.0",
    "content_hash, secret4711",
    "commit_time, secret4711"
  })
  void refusesWhatCannotBeReadWithoutQuotingIt(String name, String value) {
    Map<String, String> headers = written(attributes(ChangeType.INSERT, null));
    headers.put(name, value);

    assertThatThrownBy(() -> HeaderCodec.read(headers::get))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("another writer")
        .message()
        .satisfies(m -> assertThat(name.equals("table_name") ? "" : m).doesNotContain("4711"));
  }

  private static Map<String, String> written(MessageAttributes attributes) {
    Map<String, String> headers = new LinkedHashMap<>();
    HeaderCodec.write(attributes, headers::put);
    return headers;
  }

  @Test
  void theNameOfAPollTravelsAndWhatNoLogMayShowIsPassedOver() throws MessageException {
    MessageAttributes plain = attributes(ChangeType.UPDATE, null);
    MessageAttributes named =
        new MessageAttributes(
            plain.uniqueId(),
            plain.table(),
            plain.type(),
            plain.sequence(),
            plain.schemaId(),
            plain.source(),
            plain.contentHash(),
            null,
            "00f067aa0ba902b7");
    Map<String, String> texts = new LinkedHashMap<>();
    HeaderCodec.write(named, texts::put);

    assertThat(texts).containsEntry("trace_id", "00f067aa0ba902b7");
    assertThat(HeaderCodec.read(texts::get)).isEqualTo(named);
    texts.put("trace_id", "x\n2026 ERROR forged");
    assertThat(HeaderCodec.read(texts::get)).isEqualTo(plain);
  }

  private static MessageAttributes attributes(ChangeType type, @Nullable Instant commitTime) {
    return new MessageAttributes(
        "shop/dbo.Stock/1/20417/[\"7\"]",
        new TableName("dbo", "Stock"),
        type,
        new Sequence(1, 20417, 0),
        "1234",
        "shop",
        -2,
        commitTime);
  }
}
