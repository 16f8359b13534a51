package dev.renkei.server.console;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Languages of the console, and the two texts that are there before its modules are. */
enum Language {
  ENGLISH("en", "Renkei console", "The console needs JavaScript; `renkei status` does not."),
  JAPANESE(
      "ja",
      "Renkei コンソール",
      "コンソールの表示には JavaScript が必要です。`renkei status` コマンドなら JavaScript なしで状態を確認できます。");

  private final String code;
  private final String title;
  private final String withoutScript;

  Language(String code, String title, String withoutScript) {
    this.code = code;
    this.title = title;
    this.withoutScript = withoutScript;
  }

  String code() {
    return code;
  }

  String title() {
    return title;
  }

  String withoutScript() {
    return withoutScript;
  }

  /**
   * The one that a browser prefers.
   *
   * @param acceptLanguage the header; null and nonsense mean English
   */
  static Language of(@Nullable String acceptLanguage) {
    if (acceptLanguage == null) {
      return ENGLISH;
    }
    try {
      String tag =
          Locale.lookupTag(
              Locale.LanguageRange.parse(acceptLanguage), List.of(ENGLISH.code(), JAPANESE.code()));
      return JAPANESE.code().equals(tag) ? JAPANESE : ENGLISH;
    } catch (IllegalArgumentException e) {
      return ENGLISH;
    }
  }
}
