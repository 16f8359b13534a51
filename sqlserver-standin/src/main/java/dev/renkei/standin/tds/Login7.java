package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer.Login;

/**
 * A client's login record ([MS-TDS] 2.2.6.4).
 *
 * @param packetBytes the packet size that the client wants; 0 for the server's choice
 * @param extended whether the client named features, so that their answer is due
 */
record Login7(TdsVersion version, int packetBytes, Login login, boolean extended) {
  private static final int FIXED_BYTES = 36;
  private static final int INTEGRATED_SECURITY = 0x80;
  private static final int CHANGE_PASSWORD = 0x01;
  private static final int EXTENSION = 0x10;
  private static final int FEDERATED_AUTHENTICATION = 0x02;
  private static final int TERMINATOR = 0xFF;
  private static final int MIN_PACKET_BYTES = 512;
  private static final int DEFAULT_PACKET_BYTES = 4096;
  private static final int MAX_ENCRYPTED_PACKET_BYTES = 16383;

  @Override
  public String toString() {
    return "Login7[version=%s, packetBytes=%d, login=%s]".formatted(version, packetBytes, login);
  }

  static Login7 parse(byte[] payload) throws SqlError, MalformedMessage {
    LittleEndianReader in = new LittleEndianReader(payload);
    in.skip(4);
    final TdsVersion version = TdsVersion.negotiate(in.getInt());
    final int packetBytes = in.getInt();
    in.skip(12);
    in.skip(1);
    int flags2 = in.getByte();
    in.skip(1);
    int flags3 = in.getByte();
    in.seek(FIXED_BYTES);
    final Field host = Field.read(in);
    final Field user = Field.read(in);
    final Field password = Field.read(in);
    final Field application = Field.read(in);
    Field.read(in); // the server's name
    final Field extension = Field.read(in);
    Field.read(in); // the client library's name
    Field.read(in); // the language: always us_english here
    final Field database = Field.read(in);
    in.skip(6); // the client's network address
    Field.read(in); // the ticket of integrated security
    Field attached = Field.read(in);
    String userName = user.text(in);
    if ((flags2 & INTEGRATED_SECURITY) != 0) {
      throw new SqlError(
          18452,
          1,
          14,
          "Login failed. The SQL Server stand-in does not support Windows (integrated)"
              + " authentication; log in with a user and password.");
    }
    if (attached.length != 0) {
      throw SqlError.refused("attaching a database file at login");
    }
    if (version.isYukon() && (flags3 & CHANGE_PASSWORD) != 0) {
      throw SqlError.refused("changing the password at login");
    }
    boolean extended = version == TdsVersion.V7_4 && (flags3 & EXTENSION) != 0;
    if (extended) {
      refuseFederation(in, extension);
    }
    return new Login7(
        version,
        packetBytes,
        new Login(
            userName, password.secret(in), database.text(in), application.text(in), host.text(in)),
        extended);
  }

  /** The packet size that both use from now on. */
  int agreedPacketBytes(boolean encrypted) {
    int max = encrypted ? MAX_ENCRYPTED_PACKET_BYTES : PacketReader.MAX_PACKET_BYTES;
    return packetBytes == 0
        ? DEFAULT_PACKET_BYTES
        : Math.max(MIN_PACKET_BYTES, Math.min(max, packetBytes));
  }

  private static void refuseFederation(LittleEndianReader in, Field extension)
      throws SqlError, MalformedMessage {
    in.seek(extension.offset);
    in.seek(in.getInt());
    while (true) {
      int feature = in.getByte();
      if (feature == TERMINATOR) {
        return;
      }
      if (feature == FEDERATED_AUTHENTICATION) {
        throw new SqlError(
            18456,
            1,
            14,
            "Login failed. The SQL Server stand-in does not support federated (Microsoft Entra)"
                + " authentication; log in with a user and password.");
      }
      in.skip(in.getInt());
    }
  }

  /** Where a text lies in the record, and how many characters it has. */
  private record Field(int offset, int length) {
    static Field read(LittleEndianReader in) throws MalformedMessage {
      return new Field(in.getShort(), in.getShort());
    }

    String text(LittleEndianReader in) throws MalformedMessage {
      if (length == 0) {
        return "";
      }
      in.seek(offset);
      return in.getUtf16(length);
    }

    /** Passwords come with the halves of each byte swapped and XORed with 0xA5. */
    String secret(LittleEndianReader in) throws MalformedMessage {
      if (length == 0) {
        return "";
      }
      in.seek(offset);
      StringBuilder text = new StringBuilder(length);
      for (int i = 0; i < length; i++) {
        text.append((char) (plain(in.getByte()) | plain(in.getByte()) << 8));
      }
      return text.toString();
    }

    private static int plain(int obscured) {
      int swapped = obscured ^ 0xA5;
      return (swapped >> 4 | swapped << 4) & 0xFF;
    }
  }
}
