package dev.renkei.core.privacy;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Kinds of personal data, and how they are recognised: a guess, for a person to judge. */
public enum PersonalKind {
  EMAIL("e-mail addresses", "hash", "mail|メール", "[^@\\s]+@[^@\\s]+\\.[^@\\s]+"),
  CARD_NUMBER(
      "card numbers",
      "tokenize",
      "card.?(no|num)|credit.?card|カード番号|クレジット",
      "(\\d[ -]?){12,18}\\d"),
  PHONE(
      "phone numbers",
      "partial, keep_last: 4",
      "phone|(^|[^a-z])tel($|[^a-z])|telno|mobile|(^|[^a-z])fax|電話|携帯|ＴＥＬ",
      "(\\+\\d{1,3}[- ]?|0)\\(?\\d{1,4}\\)?[- ]?\\d{1,4}[- ]?\\d{3,4}"),
  POSTAL_CODE(
      "postal codes",
      "partial, keep_first: 3",
      "post(al)?.?code|(^|[^a-z])zip|郵便",
      "〒?\\d{3}-\\d{4}"),
  BIRTH_DATE("dates of birth", "truncate, to: year", "birth|(^|[^a-z])dob($|[^a-z])|生年月日|誕生", null),
  ADDRESS(
      "addresses",
      "\"null\"",
      "addr|street|住所|番地",
      "〒?[\\d\\- ]*.{0,4}[都道府県].{1,6}[市区町村郡].*|.{1,6}[市区].{1,12}\\d.*"),
  NAME(
      "names of people",
      "\"null\"",
      "(first|last|full|family|given|middle|customer|contact|user).?name|surname|氏名|名前|姓名|フリガナ|ふりがな|^姓$|^名$",
      "[\\p{IsHan}々]{1,4}[ 　][\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}々ー]{1,6}|[\\p{IsKatakana}ー]{2,8}[ 　][\\p{IsKatakana}ー]{2,8}"),
  OFFICIAL_NUMBER(
      "official numbers",
      "tokenize",
      "(^|[^a-z])ssn($|[^a-z])|my.?number|passport|social.?security|マイナンバー|個人番号|免許",
      null),
  SECRET("secrets", "drop", "passw|パスワード|暗証", null);

  private static final double MOST = 0.5;

  private final String words;
  private final String method;
  private final Pattern names;
  private final Pattern values;

  PersonalKind(
      String words, String method, String names, @org.jspecify.annotations.Nullable String values) {
    this.words = words;
    this.method = method;
    this.names = Pattern.compile(names, Pattern.CASE_INSENSITIVE);
    this.values = Pattern.compile(values == null ? "(?!)" : values);
  }

  /** For a sentence, for example {@code e-mail addresses}. */
  public String words() {
    return words;
  }

  /** What a column's name says, where words are joined by case or by underscores. */
  public static Optional<PersonalKind> ofName(String column) {
    String name = column.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_");
    return List.of(values()).stream()
        .filter(kind -> kind.names.matcher(name).find() || kind.names.matcher(column).find())
        .findFirst();
  }

  /** What most of these values look like; empty texts do not count. */
  public static Optional<PersonalKind> ofValues(Collection<String> texts) {
    List<String> some = texts.stream().map(String::strip).filter(t -> !t.isEmpty()).toList();
    return some.isEmpty()
        ? Optional.empty()
        : List.of(values()).stream()
            .filter(kind -> some.stream().filter(kind::looksLike).count() > MOST * some.size())
            .findFirst();
  }

  private boolean looksLike(String text) {
    return values.matcher(text).matches()
        && switch (this) {
          case CARD_NUMBER -> hasLuhnDigit(text);
          case PHONE -> digits(text) >= 10 && digits(text) <= 13;
          default -> true;
        };
  }

  private static long digits(String text) {
    return text.chars().filter(Character::isDigit).count();
  }

  private static boolean hasLuhnDigit(String text) {
    String digits = text.replaceAll("\\D", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** What may stand behind {@code method:} for a column: something that it can have. */
  public String method(Column column) {
    if (column.isKey()) {
      return "hash";
    }
    if (this == BIRTH_DATE) {
      return isDate(column.kind()) ? method : "\"null\"";
    }
    return column.kind().isText() || !method.startsWith("partial") ? method : "hash";
  }

  private static boolean isDate(TypeKind kind) {
    return switch (kind) {
      case DATE, DATETIME, SMALLDATETIME, DATETIME2, DATETIMEOFFSET -> true;
      default -> false;
    };
  }
}
