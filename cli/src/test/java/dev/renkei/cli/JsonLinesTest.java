package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aLineIsAnObjectWithItsFacts() {
    LoggingEvent event = event(Level.WARN, null);
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("table", "dbo.\"Stock\""),
            new KeyValuePair("version", 7L),
            new KeyValuePair("part", null),
            new KeyValuePair("message", "not the event's own")));

    assertThat(line(event))
        .isEqualTo(
            """
            {"time":"2026-01-31T12:00:00Z","severity":"WARNING","message":"history lost",\
            "logger":"dev.renkei.X","thread":"t","table":"dbo.\\"Stock\\"","version":7,"part":null,\
            "message_":"not the event's own"}
            """);
  }

  @Test
  void whatWasThrownStandsInTheSameLine() {
    assertThat(line(event(Level.ERROR, new IllegalStateException("on purpose"))))
        .contains(
            "\"severity\":\"ERROR\"",
            "\"exception\":\"java.lang.IllegalStateException: on purpose\\n")
        .endsWith("}\n")
        .hasLineCount(1);
  }

  private static String line(LoggingEvent event) {
    return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
  }

  private static LoggingEvent event(Level level, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "x",
            new LoggerContext().getLogger("dev.renkei.X"),
            level,
            "history lost",
            thrown,
            new Object[0]);
    event.setInstant(NOON);
    event.setThreadName("t");
    return event;
  }
}
