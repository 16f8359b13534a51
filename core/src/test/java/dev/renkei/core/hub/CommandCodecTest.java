package dev.renkei.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");

  static Stream<Command> commands() {
    return Stream.of(
        new Command.ReloadTable(new TableName("dbo", "Order.Lines 連携"), "asked \"twice\"", NOON),
        new Command.ReloadTable(
            new TableName("dbo", "Lines"), "Id >= 7 AND A = '連'", "asked", NOON),
        new Command.ReloadAll("the hub's topic was made anew", NOON),
        new Command.Replay("local", NOON.minusSeconds(60), NOON),
        new Command.Replay(null, NOON.minusSeconds(60), NOON),
        new Command.ReplayFromMark("local", "before-deploy", NOON));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandComesBackAsItWas(Command command) {
    assertThat(CommandCodec.read(CommandCodec.write(command))).isEqualTo(command);
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() {
    String json =
        "{\"command\":\"reload_all\",\"by\":{\"user\":[1]},\"reason\":\"r\",\"at\":\"2026-01-01T00:00:00Z\"}";

    assertThat(CommandCodec.read(json.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Command.ReloadAll("r", Instant.parse("2026-01-01T00:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | not a command",
        "{\"command\": | not a command",
        "{\"at\":\"2026-01-01T00:00:00Z\"} | without command",
        "{\"command\":\"pause\",\"at\":\"2026-01-01T00:00:00Z\"} | 'pause'",
        "{\"command\":\"reload_all\",\"reason\":\"r\",\"at\":\"noon\"} | at is no time",
        "{\"command\":\"reload_table\",\"table\":\"Orders\",\"reason\":\"r\",\"at\":\"2026-01-01T00:00:00Z\"}"
            + " | not of the form schema.table"
      })
  void whatIsNoCommandIsRefusedWithItsReason(String json, String reason) {
    assertThatThrownBy(() -> CommandCodec.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
