package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlSession;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Answers one message of a client that is logged in. */
final class Request {
  private static final System.Logger LOG = System.getLogger(Request.class.getName());
  private static final int INTERNAL_ERROR = 50000;
  private static final int FATAL_SEVERITY = 20;

  private final SqlSession session;
  private final TokenWriter tokens;
  private final ResponseWriter.Interruption interruption;
  private final BooleanSupplier cancelled;

  /**
   * @param cancelled whether the client has sent an attention that awaits its acknowledgement
   */
  Request(
      SqlSession session,
      TokenWriter tokens,
      ResponseWriter.Interruption interruption,
      BooleanSupplier cancelled) {
    this.session = session;
    this.tokens = tokens;
    this.interruption = interruption;
    this.cancelled = cancelled;
  }

  /** What a session is asked to do. */
  private interface Work {
    void run(ResponseWriter response) throws SqlError, IOException;
  }

  /**
   * Writes the answer but for the message's end.
   *
   * @return false where the connection cannot go on, and its answer has been ended
   */
  boolean answer(Message message) throws IOException {
    switch (message.type()) {
      case Message.BATCH -> {
        return run(batchResponse(), response -> session.batch(text(message), response), false);
      }
      case Message.RPC -> {
        return calls(message);
      }
      case Message.TRANSACTION -> {
        return run(batchResponse(), response -> transaction(message, response), false);
      }
      case Message.BULK_LOAD -> {
        return run(
            batchResponse(),
            response -> {
              throw SqlError.refused("bulk load (INSERT BULK)");
            },
            false);
      }
      default ->
          throw new MalformedMessage(
              "a message of type %d after the login".formatted(message.type()));
    }
  }

  private String text(Message message) throws MalformedMessage {
    LittleEndianReader in = body(message);
    return in.getUtf16(in.remaining() / 2);
  }

  private LittleEndianReader body(Message message) throws MalformedMessage {
    LittleEndianReader in = message.reader();
    if (tokens.version().isYukon()) {
      in.skipHeaders();
    }
    return in;
  }

  private boolean calls(Message message) throws IOException {
    LittleEndianReader in = body(message);
    do {
      RpcCall call;
      try {
        call = RpcCall.read(in, tokens.version());
      } catch (SqlError e) {
        // Behind what cannot be read, nothing can be.
        return run(
            callResponse(List.of()),
            response -> {
              throw e;
            },
            false);
      }
      ResponseWriter response = callResponse(call.parameters());
      if (!run(response, r -> call(call, r), in.hasMore() && !cancelled.getAsBoolean())) {
        return false;
      }
    } while (in.hasMore() && !cancelled.getAsBoolean());
    return true;
  }

  private void call(RpcCall call, ResponseWriter response) throws SqlError, IOException {
    if (!call.execute()) {
      return;
    }
    if (call.procedure().equalsIgnoreCase("sp_reset_connection")) {
      session.reset(false);
      response.returnStatus(0);
    } else {
      session.call(call.procedure(), call.parameters(), response);
    }
  }

  private void transaction(Message message, ResponseWriter response) throws SqlError, IOException {
    TransactionRequest request = TransactionRequest.read(body(message));
    TransactionRequest.Begin next = null;
    if (request instanceof TransactionRequest.Begin begin) {
      next = begin;
    } else if (request instanceof TransactionRequest.Commit commit) {
      session.commit(response);
      next = commit.next();
    } else if (request instanceof TransactionRequest.Rollback rollback) {
      session.rollback(rollback.name(), response);
      next = rollback.next();
    } else if (request instanceof TransactionRequest.Save save) {
      session.save(save.name(), response);
    }
    if (next != null) {
      session.begin(next.isolation(), next.name(), response);
    }
  }

  private ResponseWriter batchResponse() {
    return ResponseWriter.ofBatch(tokens, interruption, session::database);
  }

  private ResponseWriter callResponse(List<Parameter> parameters) {
    return ResponseWriter.ofCall(tokens, interruption, session::database, parameters);
  }

  /** Runs work and ends its response, whatever becomes of it. */
  private boolean run(ResponseWriter response, Work work, boolean more) throws IOException {
    try {
      if (cancelled.getAsBoolean()) {
        throw new Cancelled();
      }
      work.run(response);
    } catch (Cancelled e) {
      response.cancelled();
    } catch (SqlError e) {
      if (cancelled.getAsBoolean() && e.severity() < FATAL_SEVERITY) {
        response.cancelled();
      } else {
        response.error(e, e.line().orElse(1));
      }
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(System.Logger.Level.ERROR, "a request failed inside the stand-in", e);
      if (response.isTorn()) {
        throw new IOException("half a row has been sent", e);
      }
      response.error(
          new SqlError(INTERNAL_ERROR, 1, 16, "The SQL Server stand-in failed: " + e, e), 1);
    }
    if (response.isTorn()) {
      throw new IOException("half a row has been sent");
    }
    response.finish(more && !cancelled.getAsBoolean() && !response.isFatal());
    if (response.isFatal()) {
      tokens.out().endMessage();
      return false;
    }
    return true;
  }
}
