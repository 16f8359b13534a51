package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.List;

/** Writes the tokens of a response ([MS-TDS] 2.2.7) as the client's protocol version has them. */
final class TokenWriter {
  static final int DONE = 0xFD;
  static final int DONE_PROCEDURE = 0xFE;
  static final int DONE_IN_PROCEDURE = 0xFF;

  static final int MORE = 0x01;
  static final int ERROR_BIT = 0x02;
  static final int COUNT = 0x10;
  static final int ATTENTION = 0x20;

  static final int ENV_DATABASE = 1;
  static final int ENV_LANGUAGE = 2;
  static final int ENV_PACKET_SIZE = 4;

  private static final int RETURN_STATUS = 0x79;
  private static final int COLUMN_METADATA = 0x81;
  private static final int ERROR = 0xAA;
  private static final int INFO = 0xAB;
  private static final int RETURN_VALUE = 0xAC;
  private static final int LOGIN_ACK = 0xAD;
  private static final int FEATURE_EXT_ACK = 0xAE;
  private static final int ENV_CHANGE = 0xE3;

  private static final int ENV_COLLATION = 7;
  private static final int ENV_RESET = 18;
  private static final int MAX_MESSAGE_CHARACTERS = 2047;
  private static final int SQL_TSQL_INTERFACE = 1;

  private static final int NULLABLE = 0x01;
  private static final int CASE_SENSITIVE = 0x02;
  private static final int MAYBE_UPDATABLE = 0x08;
  private static final int IDENTITY = 0x10;
  private static final int COMPUTED = 0x20;

  private final PacketWriter out;
  private final String serverName;
  private TdsVersion version;

  TokenWriter(PacketWriter out, String serverName) {
    this.out = out;
    this.serverName = serverName;
    this.version = TdsVersion.V7_4;
  }

  void version(TdsVersion agreed) {
    version = agreed;
  }

  TdsVersion version() {
    return version;
  }

  PacketWriter out() {
    return out;
  }

  void done(int token, int status, int command, long count) throws IOException {
    out.putByte(token);
    out.putShort(status);
    out.putShort(command);
    if (version.isYukon()) {
      out.putLong(count);
    } else {
      out.putInt((int) Math.min(Integer.MAX_VALUE, count));
    }
  }

  void error(SqlError error, int line) throws IOException {
    message(ERROR, error.number(), error.state(), error.severity(), error.getMessage(), line);
  }

  void info(int number, int state, int severity, String text, int line) throws IOException {
    message(INFO, number, state, severity, text, line);
  }

  private void message(int token, int number, int state, int severity, String text, int line)
      throws IOException {
    String shown =
        text.length() <= MAX_MESSAGE_CHARACTERS ? text : text.substring(0, MAX_MESSAGE_CHARACTERS);
    int lineBytes = version.isYukon() ? 4 : 2;
    out.putByte(token);
    out.putShort(4 + 1 + 1 + 2 + 2 * shown.length() + 1 + 2 * serverName.length() + 1 + lineBytes);
    out.putInt(number);
    out.putByte(state);
    out.putByte(severity);
    out.putText(shown);
    out.putShortText(serverName);
    out.putByte(0);
    if (version.isYukon()) {
      out.putInt(line);
    } else {
      out.putShort(Math.min(0xFFFF, line));
    }
  }

  /** A change of database, language or packet size. */
  void environment(int type, String now, String before) throws IOException {
    out.putByte(ENV_CHANGE);
    out.putShort(3 + 2 * now.length() + 2 * before.length());
    out.putByte(type);
    out.putShortText(now);
    out.putShortText(before);
  }

  void collation() throws IOException {
    out.putByte(ENV_CHANGE);
    out.putShort(8);
    out.putByte(ENV_COLLATION);
    out.putByte(5);
    out.putBytes(Collation.CASE_INSENSITIVE);
    out.putByte(0);
  }

  void resetDone() throws IOException {
    out.putByte(ENV_CHANGE);
    out.putShort(3);
    out.putByte(ENV_RESET);
    out.putShort(0);
  }

  /** Clients before 7.2 know nothing of transactions. */
  void transaction(int type, boolean begins, long descriptor) throws IOException {
    if (!version.isYukon()) {
      return;
    }
    out.putByte(ENV_CHANGE);
    out.putShort(11);
    out.putByte(type);
    if (begins) {
      out.putByte(8);
      out.putLong(descriptor);
      out.putByte(0);
    } else {
      out.putByte(0);
      out.putByte(8);
      out.putLong(descriptor);
    }
  }

  void loginAcknowledged(TdsOptions.Version server) throws IOException {
    String program = "Microsoft SQL Server";
    out.putByte(LOGIN_ACK);
    out.putShort(1 + 4 + 1 + 2 * program.length() + 4);
    out.putByte(SQL_TSQL_INTERFACE);
    out.putInt(Integer.reverseBytes(version.code()));
    out.putShortText(program);
    out.putByte(server.major());
    out.putByte(server.minor());
    out.putByte(server.build() >> 8);
    out.putByte(server.build());
  }

  /**
   * Acknowledges none of the features that the client named: UTF-8, column encryption and others.
   */
  void noFeatures() throws IOException {
    out.putByte(FEATURE_EXT_ACK);
    out.putByte(0xFF);
  }

  void returnStatus(int status) throws IOException {
    out.putByte(RETURN_STATUS);
    out.putInt(status);
  }

  /**
   * The value of an output parameter.
   *
   * @param ordinal its place among the request's parameters, from 0
   */
  void returnValue(int ordinal, Parameter parameter, String database) throws IOException {
    SqlType type = returnable(parameter.type());
    ColumnEncoder encoder = ColumnEncoder.of(type, version, database);
    out.putByte(RETURN_VALUE);
    out.putShort(ordinal);
    out.putShortText(parameter.name());
    out.putByte(1);
    putUserType(encoder);
    out.putShort(NULLABLE);
    encoder.describe(out);
    Object value = parameter.value();
    if (value == null) {
      encoder.writeNull(out);
    } else {
      encoder.write(out, new SingleValue(value), 0);
    }
  }

  /** Text, ntext and image cannot be returned; their (max) forms can. */
  private static SqlType returnable(SqlType type) {
    return switch (type.kind()) {
      case TEXT -> SqlType.sized(Kind.VARCHAR, SqlType.MAX);
      case NTEXT -> SqlType.nvarchar(SqlType.MAX);
      case IMAGE -> SqlType.varbinary(SqlType.MAX);
      default -> type;
    };
  }

  void columns(List<ResultColumn> columns, ColumnEncoder[] encoders) throws IOException {
    out.putByte(COLUMN_METADATA);
    out.putShort(columns.size());
    for (int i = 0; i < encoders.length; i++) {
      ResultColumn column = columns.get(i);
      putUserType(encoders[i]);
      out.putShort(flags(column));
      encoders[i].describe(out);
      if (encoders[i].namesTable()) {
        if (version.isYukon()) {
          out.putByte(1);
        }
        out.putShort(0);
      }
      String name = column.name();
      out.putShortText(name.length() <= 128 ? name : name.substring(0, 128));
    }
  }

  private void putUserType(ColumnEncoder encoder) throws IOException {
    if (version.isYukon()) {
      out.putInt(encoder.userType());
    } else {
      out.putShort(encoder.userType());
    }
  }

  private static int flags(ResultColumn column) {
    return (column.nullable() ? NULLABLE : 0)
        | (column.type().caseSensitive() ? CASE_SENSITIVE : 0)
        | (column.computed() || column.identity() ? 0 : MAYBE_UPDATABLE)
        | (column.identity() ? IDENTITY : 0)
        | (column.computed() ? COMPUTED : 0);
  }
}
