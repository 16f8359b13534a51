package dev.renkei.standin.tds;

import java.io.IOException;

/**
 * The talk before the login ([MS-TDS] 2.2.6.5): versions and encryption.
 *
 * @param encryption what the client wants: one of the constants
 * @param federated whether the client asks if it has to log in with a token
 */
record Prelogin(int encryption, boolean federated) {
  /** TLS for the login alone. */
  static final int OFF = 0;

  static final int ON = 1;
  static final int NOT_SUPPORTED = 2;
  static final int REQUIRED = 3;

  private static final int OPTION_VERSION = 0;
  private static final int OPTION_ENCRYPTION = 1;
  private static final int OPTION_INSTANCE = 2;
  private static final int OPTION_THREAD = 3;
  private static final int OPTION_MARS = 4;
  private static final int OPTION_FEDERATED = 6;
  private static final int TERMINATOR = 0xFF;
  private static final int CLIENT_CERTIFICATE = 0x80;

  static Prelogin parse(byte[] payload) throws MalformedMessage {
    LittleEndianReader in = new LittleEndianReader(payload);
    int encryption = NOT_SUPPORTED;
    boolean federated = false;
    while (true) {
      int option = in.getByte();
      if (option == TERMINATOR) {
        return new Prelogin(encryption, federated);
      }
      int offset = in.getByte() << 8 | in.getByte();
      int length = in.getByte() << 8 | in.getByte();
      if (offset + length > payload.length) {
        throw new MalformedMessage("prelogin option %d beyond its message".formatted(option));
      }
      federated |= option == OPTION_FEDERATED;
      if (option == OPTION_ENCRYPTION && length == 1) {
        encryption = payload[offset] & 0xFF & ~CLIENT_CERTIFICATE;
        if (encryption > REQUIRED) {
          throw new MalformedMessage("prelogin encryption %d".formatted(encryption));
        }
      }
    }
  }

  /** The server's answer, by the table in [MS-TDS] 2.2.6.5. */
  int answer(TdsOptions.Encryption policy) {
    return switch (policy) {
      case REFUSED -> NOT_SUPPORTED;
      case OFFERED ->
          switch (encryption) {
            case OFF -> OFF;
            case NOT_SUPPORTED -> NOT_SUPPORTED;
            default -> ON;
          };
      case REQUIRED ->
          switch (encryption) {
            case ON, REQUIRED -> ON;
            default -> REQUIRED;
          };
    };
  }

  /** Whether client and server cannot agree; the client has been told why by the answer. */
  boolean disagrees(int answer) {
    return encryption == NOT_SUPPORTED && answer == REQUIRED
        || encryption == ON && answer == NOT_SUPPORTED
        || encryption == REQUIRED && answer == NOT_SUPPORTED;
  }

  /**
   * Writes the answer's payload: no instance check, no MARS. A client with a token is told to send
   * it, so that its login can be refused with a sentence.
   */
  void write(PacketWriter out, TdsOptions.Version version, int answer) throws IOException {
    int[] options = {
      OPTION_VERSION,
      OPTION_ENCRYPTION,
      OPTION_INSTANCE,
      OPTION_THREAD,
      OPTION_MARS,
      OPTION_FEDERATED
    };
    int[] lengths = {6, 1, 1, 0, 1, 1};
    int count = federated ? options.length : options.length - 1;
    int offset = count * 5 + 1;
    for (int i = 0; i < count; i++) {
      out.putByte(options[i]);
      out.putByte(offset >> 8);
      out.putByte(offset);
      out.putByte(0);
      out.putByte(lengths[i]);
      offset += lengths[i];
    }
    out.putByte(TERMINATOR);
    out.putByte(version.major());
    out.putByte(version.minor());
    out.putByte(version.build() >> 8);
    out.putByte(version.build());
    out.putShort(0);
    out.putByte(answer);
    out.putByte(0);
    out.putByte(0);
    if (federated) {
      out.putByte(1);
    }
  }
}
