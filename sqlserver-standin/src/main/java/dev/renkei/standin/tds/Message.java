package dev.renkei.standin.tds;

/**
 * One whole message of a client: the payloads of its packets joined ([MS-TDS] 2.2.3).
 *
 * @param type the packets' type, see the constants
 * @param status the status bits of all its packets, joined
 */
record Message(int type, int status, byte[] payload) {
  static final int BATCH = 0x01;
  static final int RPC = 0x03;
  static final int RESPONSE = 0x04;
  static final int ATTENTION = 0x06;
  static final int BULK_LOAD = 0x07;
  static final int TRANSACTION = 0x0E;
  static final int LOGIN = 0x10;
  static final int PRELOGIN = 0x12;

  static final int END_OF_MESSAGE = 0x01;
  static final int IGNORE = 0x02;
  static final int RESET = 0x08;
  static final int RESET_KEEPING_TRANSACTION = 0x10;

  /** The client gave the message up while sending it. */
  boolean isIgnored() {
    return (status & IGNORE) != 0;
  }

  /** The session is to be as new before the request runs (a pool hands it to its next user). */
  boolean resets() {
    return (status & (RESET | RESET_KEEPING_TRANSACTION)) != 0;
  }

  boolean keepsTransaction() {
    return (status & RESET_KEEPING_TRANSACTION) != 0;
  }

  LittleEndianReader reader() {
    return new LittleEndianReader(payload);
  }
}
