package dev.renkei.core.change;

/** What a message says of its row; the letter is the attribute {@code changetrack_type}. */
public enum ChangeType {
  INSERT('I'),
  UPDATE('U'),
  DELETE('D'),
  /** A row of a snapshot. */
  SNAPSHOT_ROW('R'),
  /** No row: the closing message of a snapshot and the like. */
  CONTROL('C');

  private static final ChangeType[] ALL = values(); // each message is looked up here

  private final char letter;

  ChangeType(char letter) {
    this.letter = letter;
  }

  public char letter() {
    return letter;
  }

  public static ChangeType ofLetter(String text) {
    for (ChangeType type : ALL) {
      if (text.length() == 1 && text.charAt(0) == type.letter) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "no change type '%s'; known are I, U, D, R, C".formatted(text));
  }
}
