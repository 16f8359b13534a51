package dev.renkei.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where events go: one line each, a constant message and the facts as {@code key=value}, or as JSON
 * with {@code RENKEI_LOG=json}. Renkei's own from INFO on (or RENKEI_LOG_LEVEL), those of libraries
 * from WARN on.
 */
public final class Logs {
  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg %kvp{DOUBLE} [%logger{0}, %thread]%n%ex{full}";

  /** Loggers of libraries that say at WARN what is neither wrong nor ours to mend. */
  private static final Map<String, Level> QUIETER =
      Map.of(
          "org.apache.kafka", Level.ERROR,
          "kafka", Level.ERROR,
          "state.change.logger", Level.ERROR,
          "org.eclipse.jetty", Level.ERROR,
          "io.javalin", Level.ERROR);

  private Logs() {}

  /** To standard error. */
  public static void toConsole() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    use(console);
  }

  /** To a file that is rolled at 20 MB, five of which are kept; the terminal stays free. */
  public static void toFile(Path file) {
    LoggerContext context = context();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(5);
    window.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf("20MB"));
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    use(appender);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static void use(OutputStreamAppender<ILoggingEvent> appender) {
    LoggerContext context = context();
    context.reset();
    Encoder<ILoggingEvent> encoder = encoder(System.getenv("RENKEI_LOG"));
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    QUIETER.forEach((name, level) -> context.getLogger(name).setLevel(level));
    String wanted = System.getenv("RENKEI_LOG_LEVEL");
    context.getLogger("dev.renkei").setLevel(Level.toLevel(wanted, Level.INFO));
    bridge();
  }

  /**
   * How a line is written.
   *
   * @param form what RENKEI_LOG says; null for nothing
   */
  static Encoder<ILoggingEvent> encoder(@Nullable String form) {
    if ("json".equalsIgnoreCase(form)) {
      return new JsonLines();
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(LINE);
    return encoder;
  }

  /** Google's libraries log by the JDK's own logging. */
  private static void bridge() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.WARNING);
  }
}
