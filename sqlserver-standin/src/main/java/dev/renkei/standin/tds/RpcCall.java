package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.List;

/**
 * One call in an RPC message ([MS-TDS] 2.2.6.6).
 *
 * @param execute false where the client only wants it skipped
 */
record RpcCall(String procedure, List<Parameter> parameters, boolean execute) {
  private static final int BY_NUMBER = 0xFFFF;
  private static final int NEXT_CALL = 0xFF;
  private static final int NEXT_CALL_BEFORE_YUKON = 0x80;
  private static final int SKIPPED_CALL = 0xFE;
  private static final int MAX_PARAMETERS = 2100;

  /** Procedures by number, from 1. */
  private static final List<String> NUMBERED =
      List.of(
          "sp_cursor",
          "sp_cursoropen",
          "sp_cursorprepare",
          "sp_cursorexecute",
          "sp_cursorprepexec",
          "sp_cursorunprepare",
          "sp_cursorfetch",
          "sp_cursoroption",
          "sp_cursorclose",
          "sp_executesql",
          "sp_prepare",
          "sp_execute",
          "sp_prepexec",
          "sp_prepexecrpc",
          "sp_unprepare");

  RpcCall {
    parameters = List.copyOf(parameters);
  }

  /** Reads the next call, and the flag after it. */
  static RpcCall read(LittleEndianReader in, TdsVersion version) throws SqlError, MalformedMessage {
    int nameLength = in.getShort();
    String procedure = nameLength == BY_NUMBER ? numbered(in.getShort()) : in.getUtf16(nameLength);
    in.skip(2);
    List<Parameter> parameters = new ArrayList<>();
    while (in.hasMore()) {
      int next = in.peek();
      if (next == NEXT_CALL
          || next == SKIPPED_CALL
          || next == NEXT_CALL_BEFORE_YUKON && !version.isYukon()) {
        in.skip(1);
        return new RpcCall(procedure, parameters, next != SKIPPED_CALL);
      }
      if (parameters.size() == MAX_PARAMETERS + 3) {
        throw new SqlError(
            8003,
            1,
            16,
            "The incoming request has too many parameters. The server supports a maximum of 2100"
                + " parameters. Reduce the number of parameters and resend the request.");
      }
      parameters.add(new ParameterDecoder(in).read());
    }
    return new RpcCall(procedure, parameters, true);
  }

  private static String numbered(int number) throws SqlError {
    if (number < 1 || number > NUMBERED.size()) {
      throw SqlError.refused("procedure number " + number);
    }
    return NUMBERED.get(number - 1);
  }
}
