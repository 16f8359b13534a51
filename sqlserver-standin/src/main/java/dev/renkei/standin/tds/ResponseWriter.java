package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a session answers into tokens. Holds back the last completion until it is known
 * whether another one follows, because the last one says so.
 */
final class ResponseWriter implements Response {
  private static final int ROW = 0xD1;
  private static final int COMPRESSED_ROW = 0xD2;
  private static final int EXECUTE = 0xE0;
  private static final int FATAL_SEVERITY = 20;
  private static final int CHANGED_DATABASE = 5701;

  /** What a row of a result asks before it is written. */
  interface Interruption {
    /** Throws where the client is gone or has cancelled. */
    void check() throws IOException;

    /** Cuts the connection after that many rows of a result, if that has been ordered. */
    void cutAfter(PacketWriter out, long rows) throws IOException;
  }

  /** A value to return, with its place among the request's parameters. */
  private record Output(int ordinal, Parameter parameter) {}

  private final TokenWriter tokens;
  private final PacketWriter out;
  private final Interruption interruption;
  private final Supplier<String> database;
  private final @Nullable List<Parameter> parameters;
  private final boolean[] returned;

  private ColumnEncoder[] encoders = {};
  private boolean compressible;
  private byte[] nulls = {};
  private long rows;

  private final List<Output> outputs = new ArrayList<>();
  private @Nullable Integer returnStatus;
  private boolean held;
  private int heldStatus;
  private int heldCommand;
  private long heldCount;
  private boolean failed;
  private boolean fatal;
  private boolean torn;

  private ResponseWriter(
      TokenWriter tokens,
      Interruption interruption,
      Supplier<String> database,
      @Nullable List<Parameter> parameters) {
    this.tokens = tokens;
    this.out = tokens.out();
    this.interruption = interruption;
    this.database = database;
    this.parameters = parameters;
    this.returned = new boolean[parameters == null ? 0 : parameters.size()];
  }

  /** The response to a batch or a transaction manager request. */
  static ResponseWriter ofBatch(
      TokenWriter tokens, Interruption interruption, Supplier<String> database) {
    return new ResponseWriter(tokens, interruption, database, null);
  }

  /** The response to one call of a procedure. */
  static ResponseWriter ofCall(
      TokenWriter tokens,
      Interruption interruption,
      Supplier<String> database,
      List<Parameter> parameters) {
    return new ResponseWriter(tokens, interruption, database, parameters);
  }

  @Override
  public void columns(List<ResultColumn> columns) throws IOException {
    interruption.check();
    flushHeld();
    encoders = new ColumnEncoder[columns.size()];
    boolean nullable = false;
    for (int i = 0; i < encoders.length; i++) {
      ResultColumn column = columns.get(i);
      encoders[i] = ColumnEncoder.of(column.type(), tokens.version(), database.get());
      nullable |= column.nullable();
    }
    tokens.columns(columns, encoders);
    nulls = new byte[(encoders.length + 7) / 8];
    compressible = nullable && tokens.version().hasCompressedRows();
    rows = 0;
    interruption.cutAfter(out, 0);
  }

  @Override
  public void row(Row row) throws IOException {
    interruption.check();
    out.mark();
    try {
      if (compressible && savesBytes(row)) {
        writeCompressed(row);
      } else {
        writePlain(row);
      }
    } catch (RuntimeException e) {
      torn = !out.rewind();
      throw e;
    }
    interruption.cutAfter(out, ++rows);
  }

  private void writePlain(Row row) throws IOException {
    ColumnEncoder[] columns = encoders;
    out.putByte(ROW);
    for (int i = 0; i < columns.length; i++) {
      if (row.isNull(i)) {
        columns[i].writeNull(out);
      } else {
        columns[i].write(out, row, i);
      }
    }
  }

  /** Notes the row's nulls; true where naming them in a bitmap is shorter than writing them. */
  private boolean savesBytes(Row row) {
    int saved = 0;
    byte[] bitmap = nulls;
    for (int first = 0; first < encoders.length; first += 8) {
      int bits = 0;
      int last = Math.min(encoders.length, first + 8);
      for (int i = first; i < last; i++) {
        if (row.isNull(i)) {
          bits |= 1 << i - first;
          saved += encoders[i].nullBytes();
        }
      }
      bitmap[first >> 3] = (byte) bits;
    }
    return saved > bitmap.length;
  }

  private void writeCompressed(Row row) throws IOException {
    out.putByte(COMPRESSED_ROW);
    out.putBytes(nulls);
    for (int i = 0; i < encoders.length; i++) {
      if ((nulls[i >> 3] & 1 << (i & 7)) == 0) {
        encoders[i].write(out, row, i);
      }
    }
  }

  @Override
  public void done(Command command, @Nullable Long count) throws IOException {
    // A SET or DECLARE tells the client nothing; finish() ends a response in any case.
    if (command == Command.OTHER && count == null) {
      return;
    }
    flushHeld();
    hold(count == null ? 0 : TokenWriter.COUNT, command.code(), count == null ? 0 : count);
  }

  @Override
  public void error(SqlError error, int line) throws IOException {
    flushHeld();
    tokens.error(error, line);
    failed = true;
    fatal |= error.severity() >= FATAL_SEVERITY;
    hold(TokenWriter.ERROR_BIT, 0, 0);
  }

  @Override
  public void info(int number, int state, int severity, String message, int line)
      throws IOException {
    flushHeld();
    tokens.info(number, state, severity, message, line);
  }

  @Override
  public void databaseChanged(String from, String to) throws IOException {
    flushHeld();
    tokens.environment(TokenWriter.ENV_DATABASE, to, from);
    tokens.info(CHANGED_DATABASE, 1, 0, "Changed database context to '" + to + "'.", 1);
  }

  @Override
  public void transaction(TransactionEvent event, long descriptor) throws IOException {
    flushHeld();
    int type =
        switch (event) {
          case BEGAN -> 8;
          case COMMITTED -> 9;
          case ROLLED_BACK -> 10;
        };
    tokens.transaction(type, event == TransactionEvent.BEGAN, descriptor);
  }

  @Override
  public void returnStatus(int status) throws IOException {
    if (parameters == null) {
      flushHeld();
      tokens.returnStatus(status);
    } else {
      returnStatus = status;
    }
  }

  @Override
  public void outputValue(Parameter parameter) {
    outputs.add(new Output(ordinal(parameter), parameter));
  }

  /** By name, else the next output parameter that has not been returned. */
  private int ordinal(Parameter parameter) {
    List<Parameter> asked = parameters == null ? List.of() : parameters;
    int next = -1;
    for (int i = 0; i < asked.size(); i++) {
      if (!asked.get(i).output() || returned[i]) {
        continue;
      }
      if (!parameter.name().isEmpty() && asked.get(i).name().equalsIgnoreCase(parameter.name())) {
        returned[i] = true;
        return i;
      }
      if (next < 0) {
        next = i;
      }
    }
    if (next < 0) {
      throw new IllegalStateException("no output parameter was asked for " + parameter.name());
    }
    returned[next] = true;
    return next;
  }

  /**
   * Ends the answer to one request.
   *
   * @param more whether the answer to another call follows in the same message
   */
  void finish(boolean more) throws IOException {
    int moreBit = more ? TokenWriter.MORE : 0;
    if (parameters != null) {
      flushHeld();
      // Drivers count on the status before the values.
      if (returnStatus != null) {
        tokens.returnStatus(returnStatus);
      }
      for (Output output : outputs) {
        tokens.returnValue(output.ordinal, output.parameter, database.get());
      }
      int errorBit = failed ? TokenWriter.ERROR_BIT : 0;
      tokens.done(TokenWriter.DONE_PROCEDURE, moreBit | errorBit, EXECUTE, 0);
    } else if (held) {
      tokens.done(TokenWriter.DONE, heldStatus | moreBit, heldCommand, heldCount);
      held = false;
    } else {
      tokens.done(TokenWriter.DONE, moreBit, 0, 0);
    }
  }

  /** The client has cancelled: what was running ends without a word. */
  void cancelled() throws IOException {
    flushHeld();
    hold(0, 0, 0);
  }

  /** Whether an error of class 20 or above was sent, which ends the connection. */
  boolean isFatal() {
    return fatal;
  }

  /** Whether half a row has left, so that nothing that follows can be understood. */
  boolean isTorn() {
    return torn;
  }

  private void hold(int status, int command, long count) {
    held = true;
    heldStatus = status;
    heldCommand = command;
    heldCount = count;
  }

  private void flushHeld() throws IOException {
    if (held) {
      held = false;
      int token = parameters == null ? TokenWriter.DONE : TokenWriter.DONE_IN_PROCEDURE;
      tokens.done(token, heldStatus | TokenWriter.MORE, heldCommand, heldCount);
    }
  }
}
