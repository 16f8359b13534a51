package dev.renkei.standin.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The permissions that the stand-in knows, spelled as in GRANT.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/security/permissions-database-engine">
 *     Permissions (Database Engine)</a>
 */
public enum Permission {
  SELECT("SL"),
  INSERT("IN"),
  UPDATE("UP"),
  DELETE("DL"),
  REFERENCES("RF"),
  EXECUTE("EX"),
  ALTER("AL"),
  CONTROL("CL"),
  VIEW_CHANGE_TRACKING("VWCT"),
  VIEW_DEFINITION("VW"),
  CONNECT("CO"),
  VIEW_DATABASE_STATE("VWDS"),
  VIEW_SERVER_STATE("VWSS"),
  CREATE_TABLE("CRTB"),
  CREATE_VIEW("CRVW"),
  CREATE_SCHEMA("CRSM"),
  CREATE_TYPE("CRTY"),
  CREATE_DATABASE("CRDB"),
  BACKUP_DATABASE("BADB");

  private final String code;

  Permission(String code) {
    this.code = code;
  }

  /** As in {@code sys.database_permissions.type}, without the padding. */
  public String code() {
    return code;
  }

  /** As written in GRANT: {@code VIEW CHANGE TRACKING}. */
  public String text() {
    return name().replace('_', ' ');
  }

  /** Finds a permission by its text, ignoring case. */
  public static Optional<Permission> of(String text) {
    String wanted = text.trim().replaceAll("\\s+", "_").toUpperCase(Locale.ROOT);
    return Arrays.stream(values()).filter(p -> p.name().equals(wanted)).findFirst();
  }
}
