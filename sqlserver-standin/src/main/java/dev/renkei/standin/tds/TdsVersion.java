package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;

/**
 * The protocol versions spoken here, with their numbers in LOGIN7 and LOGINACK ([MS-TDS] 2.2.6.4,
 * 2.2.7.14).
 */
enum TdsVersion {
  V7_1(0x71000001),
  V7_2(0x72090002),
  V7_3A(0x730A0003),
  V7_3B(0x730B0003),
  V7_4(0x74000004);

  private final int code;

  TdsVersion(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The newest version that both sides speak. */
  static TdsVersion negotiate(int requested) throws SqlError {
    if (Integer.compareUnsigned(requested, 0x71000000) < 0) {
      throw SqlError.refused(
          "TDS versions before 7.1 (the client asked for 0x%08X)".formatted(requested));
    }
    TdsVersion agreed = V7_1;
    for (TdsVersion version : values()) {
      if (Integer.compareUnsigned(version.code, requested) <= 0) {
        agreed = version;
      }
    }
    return agreed;
  }

  /**
   * From 7.2 on: (max) types, xml, CLR types, ALL_HEADERS, 64-bit row counts, 32-bit line numbers
   * and transaction changes.
   */
  boolean isYukon() {
    return compareTo(V7_2) >= 0;
  }

  /** From 7.3 on: date, time, datetime2 and datetimeoffset. */
  boolean isKatmai() {
    return compareTo(V7_3A) >= 0;
  }

  /** Rows that leave out their nulls (NBCROW). */
  boolean hasCompressedRows() {
    return compareTo(V7_3B) >= 0;
  }
}
