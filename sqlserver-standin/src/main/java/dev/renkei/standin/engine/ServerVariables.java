package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What a session fills in for variables with two at-signs; see the table at {@code
 * translate.Binding}.
 */
final class ServerVariables {
  private final Session session;
  private int rowCount;
  private int error;
  private @Nullable BigDecimal identity;
  private @Nullable BigDecimal scopeIdentity;

  ServerVariables(Session session) {
    this.session = session;
  }

  void setRowCount(long count) {
    rowCount = (int) Math.min(count, Integer.MAX_VALUE);
  }

  void setError(int number) {
    error = number;
  }

  int error() {
    return error;
  }

  void setIdentity(@Nullable BigDecimal value) {
    identity = value;
    scopeIdentity = value;
  }

  /** Another scope begins: SCOPE_IDENTITY() is NULL in it. */
  @Nullable BigDecimal enterScope() {
    BigDecimal outer = scopeIdentity;
    scopeIdentity = null;
    return outer;
  }

  void leaveScope(@Nullable BigDecimal outer) {
    scopeIdentity = outer;
  }

  void reset() {
    rowCount = 0;
    error = 0;
    identity = null;
    scopeIdentity = null;
  }

  /** The value, of the class of the type that the table of {@code Binding} gives. */
  @Nullable Object value(String name) throws SqlError {
    SessionSettings settings = session.settings();
    return switch (name) {
      case "@@rowcount" -> rowCount;
      case "@@error" -> error;
      case "@@trancount" -> session.transactions().depth();
      case "@@spid" -> session.id();
      case "@@lock_timeout" -> (int) settings.lockTimeoutMillis();
      case "@@identity" -> identity;
      case "@@scope_identity" -> scopeIdentity;
      case "@@nestlevel" -> session.nestLevel();
      case "@@options" -> settings.options();
      case "@@textsize" -> settings.textSize();
      case "@@xact_state" -> session.transactions().isOpen() ? 1 : 0;
      case "@@transaction_id" -> session.transactions().descriptor();
      case "@@hostname" -> session.host();
      case "@@appname" -> session.application();
      case "@@context_info" -> settings.contextInfo();
      case "@@utcnow" -> LocalDateTime.ofInstant(session.now(), ZoneOffset.UTC);
      default -> throw Variables.undeclared(name);
    };
  }
}
