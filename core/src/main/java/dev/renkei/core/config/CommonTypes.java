package dev.renkei.core.config;

/** What keys of several sections accept. */
final class CommonTypes {
  static final ValueType<String> NAME =
      ValueType.text(
          "a name of letters, digits, `-` and `_`, up to 64", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  static final ValueType<String> TEXT = ValueType.text("a text", "(?s).+");
  static final ValueType<String> PROJECT =
      ValueType.text("the id of a Google Cloud project", "[a-z][a-z0-9.:-]{2,60}[a-z0-9]");
  static final ValueType<String> ADDRESS = ValueType.text("host:port", "[^\\s/:]+:\\d{1,5}");

  private CommonTypes() {}
}
