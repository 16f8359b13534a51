package dev.renkei.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Events as JSON, one object a line: {@code time}, {@code severity}, {@code message}, {@code
 * logger}, {@code thread}, then the facts by their own names, {@code exception} at the end. A fact
 * that is called as one of these gets {@code _} behind its name. Google's Cloud Logging reads the
 * first three as its own.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NOTHING = new byte[0];
  private static final Set<String> OWN =
      Set.of("time", "severity", "message", "logger", "thread", "exception");

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("time", event.getInstant().toString());
      json.writeStringField("severity", severity(event.getLevel()));
      json.writeStringField("message", event.getFormattedMessage());
      json.writeStringField("logger", event.getLoggerName());
      json.writeStringField("thread", event.getThreadName());
      List<KeyValuePair> facts = event.getKeyValuePairs();
      if (facts != null) {
        for (KeyValuePair fact : facts) {
          write(fact.key, fact.value, json);
        }
      }
      IThrowableProxy thrown = event.getThrowableProxy();
      if (thrown != null) {
        json.writeStringField("exception", ThrowableProxyUtil.asString(thrown));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static String severity(Level level) {
    return level == Level.WARN ? "WARNING" : level == Level.TRACE ? "DEBUG" : level.toString();
  }

  private static void write(String key, @Nullable Object value, JsonGenerator json)
      throws IOException {
    json.writeFieldName(OWN.contains(key) ? key + "_" : key);
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Long || value instanceof Integer) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Boolean is) {
      json.writeBoolean(is);
    } else {
      json.writeString(value.toString());
    }
  }
}
