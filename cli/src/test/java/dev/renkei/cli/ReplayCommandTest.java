package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayCommandTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-03-10T11:58:30Z",
    "30m, 2026-03-10T11:30:00Z",
    "6h, 2026-03-10T06:00:00Z",
    "2d, 2026-03-08T12:00:00Z",
    "2026-03-09T21:00:00+09:00, 2026-03-09T12:00:00Z"
  })
  void readsTimesAndHowLongAgo(String text, Instant time) {
    assertThat(ReplayCommand.time(text, NOW)).isEqualTo(time);
  }

  @Test
  void tellsWhatItWouldTake() {
    assertThatThrownBy(() -> ReplayCommand.time("yesterday", NOW))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("2026-01-01T12:00:00Z");
  }
}
