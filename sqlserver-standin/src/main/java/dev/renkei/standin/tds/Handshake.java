package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer;
import dev.renkei.standin.sql.SqlSession;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything from the first byte of a connection to its session: prelogin, TLS, login. */
final class Handshake {
  private static final System.Logger LOG = System.getLogger(Handshake.class.getName());
  private static final int TLS_HANDSHAKE = 0x16;
  private static final byte[] PROTOCOL_VERSION_ALERT = {0x15, 3, 3, 0, 2, 2, 70};
  private static final int CHANGED_DATABASE = 5701;
  private static final int CHANGED_LANGUAGE = 5703;
  private static final String LANGUAGE = "us_english";

  private final SqlServer server;
  private final TdsOptions options;
  private final Tls tls;
  private final WireFaults faults;
  private final BufferedInputStream rawIn;
  private final OutputStream rawOut;
  private final TokenWriter tokens;
  private final PacketWriter out;

  Handshake(
      SqlServer server,
      TdsOptions options,
      Tls tls,
      WireFaults faults,
      BufferedInputStream rawIn,
      OutputStream rawOut,
      TokenWriter tokens) {
    this.server = server;
    this.options = options;
    this.tls = tls;
    this.faults = faults;
    this.rawIn = rawIn;
    this.rawOut = rawOut;
    this.tokens = tokens;
    this.out = tokens.out();
  }

  /** A client that has got in, and where its requests come from. */
  record LoggedIn(SqlSession session, PacketReader requests) {}

  /**
   * Lets the client in.
   *
   * @return null where it has been turned away, with the reason told, or has gone
   */
  @Nullable LoggedIn run() throws IOException {
    if (speaksTlsFirst()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a client asked for TDS 8.0 (encrypt=strict), which the stand-in does not support");
      rawOut.write(PROTOCOL_VERSION_ALERT);
      rawOut.flush();
      return null;
    }
    PacketReader plain = new PacketReader(rawIn, options.maxMessageBytes());
    Message message = plain.read();
    PacketReader requests = plain;
    PacketReader loginFrom = plain;
    TlsChannel channel = null;
    boolean encrypted = false;
    if (message != null && message.type() == Message.PRELOGIN) {
      Prelogin prelogin = Prelogin.parse(message.payload());
      int answer = prelogin.answer(options.encryption());
      prelogin.write(out, options.version(), answer);
      out.endMessage();
      if (prelogin.disagrees(answer)) {
        return null;
      }
      if (answer != Prelogin.NOT_SUPPORTED) {
        channel = TlsChannel.accept(tls.engine(), plain, out, rawIn, rawOut);
        loginFrom = new PacketReader(channel.input(), options.maxMessageBytes());
        encrypted = answer != Prelogin.OFF;
        if (encrypted) {
          out.redirect(channel.output());
          requests = loginFrom;
        }
      }
      message = loginFrom.read();
    } else if (message != null && options.encryption() == TdsOptions.Encryption.REQUIRED) {
      return refuse(
          new SqlError(20, 0, 16, "The instance of SQL Server requires encryption; ask for it."));
    }
    if (message == null) {
      return null;
    }
    if (message.type() != Message.LOGIN) {
      throw new MalformedMessage("a message of type %d before the login".formatted(message.type()));
    }
    if (channel != null && !encrypted && channel.hasPending()) {
      throw new MalformedMessage("encrypted bytes after an encrypted login");
    }
    return login(message, requests, encrypted);
  }

  private @Nullable LoggedIn login(Message message, PacketReader requests, boolean encrypted)
      throws IOException {
    Login7 login;
    SqlSession session;
    try {
      login = Login7.parse(message.payload());
      tokens.version(login.version());
      Optional<SqlError> refusal = faults.loginRefusal();
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      session = server.login(login.login());
    } catch (SqlError e) {
      return refuse(e);
    }
    try {
      out.session(session.id());
      welcome(login, session, encrypted);
      return new LoggedIn(session, requests);
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void welcome(Login7 login, SqlSession session, boolean encrypted) throws IOException {
    String database = session.database();
    int packetBytes = login.agreedPacketBytes(encrypted);
    tokens.environment(TokenWriter.ENV_DATABASE, database, "master");
    tokens.info(CHANGED_DATABASE, 2, 0, "Changed database context to '" + database + "'.", 1);
    tokens.collation();
    tokens.environment(TokenWriter.ENV_LANGUAGE, LANGUAGE, "");
    tokens.info(CHANGED_LANGUAGE, 1, 0, "Changed language setting to " + LANGUAGE + ".", 1);
    tokens.loginAcknowledged(options.version());
    if (login.extended()) {
      tokens.noFeatures();
    }
    tokens.environment(TokenWriter.ENV_PACKET_SIZE, Integer.toString(packetBytes), "4096");
    tokens.done(TokenWriter.DONE, 0, 0, 0);
    out.endMessage();
    out.resize(packetBytes);
  }

  private @Nullable LoggedIn refuse(SqlError error) throws IOException {
    tokens.error(error, 1);
    tokens.done(TokenWriter.DONE, TokenWriter.ERROR_BIT, 0, 0);
    out.endMessage();
    return null;
  }

  private boolean speaksTlsFirst() throws IOException {
    rawIn.mark(1);
    int first = rawIn.read();
    rawIn.reset();
    return first == TLS_HANDSHAKE;
  }
}
