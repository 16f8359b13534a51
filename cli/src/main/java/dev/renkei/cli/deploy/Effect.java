package dev.renkei.cli.deploy;

/**
 * What follows from a change.
 *
 * @param subject a table, a warehouse, or a key
 */
public record Effect(Kind kind, String subject, String sentence) {
  /** The graver first. */
  public enum Kind {
    /** It would be another system, or lose its place in the one that is there. */
    DANGER,
    /** Somebody has to be given something first. */
    RIGHTS,
    /** Rows are read again. */
    RELOAD,
    NOTE
  }

  static Effect danger(String subject, String sentence) {
    return new Effect(Kind.DANGER, subject, sentence);
  }

  static Effect rights(String subject, String sentence) {
    return new Effect(Kind.RIGHTS, subject, sentence);
  }

  static Effect reload(String subject, String sentence) {
    return new Effect(Kind.RELOAD, subject, sentence);
  }

  static Effect note(String subject, String sentence) {
    return new Effect(Kind.NOTE, subject, sentence);
  }
}
