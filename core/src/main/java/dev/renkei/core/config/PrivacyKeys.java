package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.ValueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code privacy}, and what they make. */
final class PrivacyKeys {
  private static final ValueKey<String> POLICY_TAG =
      ValueKey.optional(
          "policy_tag",
          ValueType.text(
              "the whole name of a policy tag, projects/P/locations/L/taxonomies/T/policyTags/N",
              "projects/[^/]+/locations/[^/]+/taxonomies/[^/]+/policyTags/[^/]+"),
          "The policy tag of these columns in BigQuery: who may read them.");

  private enum Method {
    NULL,
    HASH,
    TOKENIZE,
    PARTIAL,
    TRUNCATE,
    DROP,
    PASS
  }

  private static final ValueKey<Method> METHOD =
      ValueKey.optional(
          "method",
          ValueType.choice(Method.class),
          "What becomes of them on the masked side. Key columns are hashed, tokenized or passed.");
  private static final ValueKey<Boolean> KEYED =
      ValueKey.optional(
          "keyed",
          ValueType.bool(),
          "Of `hash`: `false` hashes without the key, so that whoever guesses a value can check it.");
  private static final ValueKey<Integer> KEEP_FIRST =
      ValueKey.optional(
          "keep_first",
          ValueType.number(0, 1000),
          "Of `partial`: so many characters at the beginning are kept.");
  private static final ValueKey<Integer> KEEP_LAST =
      ValueKey.optional(
          "keep_last",
          ValueType.number(0, 1000),
          "Of `partial`: so many characters at the end are kept.");
  private static final ValueKey<String> CUT_TO =
      ValueKey.optional(
          "to",
          ValueType.text(
              "`year`, `month`, `day` or `hour`, or `10`, `100` and so on",
              "year|month|day|hour|10{1,18}"),
          "Of `truncate`: what dates and times are cut to, or the power of ten for numbers.");
  private static final Group PRIVATE_COLUMN =
      Group.of(
          "columns",
          "How columns are protected.",
          METHOD,
          KEYED,
          KEEP_FIRST,
          KEEP_LAST,
          CUT_TO,
          POLICY_TAG);
  private static final Named PRIVATE_COLUMNS =
      new Named(
          "columns",
          "SCHEMA.TABLE.COLUMN",
          ValueType.of(
              ColumnPattern.class,
              "a pattern schema.table.column, `*` for any characters, `**` for all tables",
              ColumnPattern::parse),
          PRIVATE_COLUMN,
          "Columns by their names; the first pattern that matches holds.");
  private static final ValueKey<PrivacyConfig.Undecided> UNDECIDED =
      ValueKey.of(
          "undecided",
          ValueType.choice(PrivacyConfig.Undecided.class),
          "mask",
          "What becomes of columns to which no pattern gives a method, of whatever table: `mask` hashes those of the key and empties the others.");
  private static final ValueKey<Secret> KEYSET =
      ValueKey.optional(
          "keyset",
          ValueType.secret("what `renkei keys create` writes, as ${file:PATH} or ${NAME}"),
          "The keys of masking; with `method` anywhere, or a warehouse `from: masked`, it must be there.");
  static final Group PRIVACY =
      Group.of(
          "privacy", "Which columns are protected, and how.", UNDECIDED, KEYSET, PRIVATE_COLUMNS);

  private PrivacyKeys() {}

  /** The section. Whatever is masked needs the keyset: without it there is no masked side. */
  static PrivacyConfig read(Values root, List<WarehouseConfig> warehouses, Reading reading) {
    Values v = root.get(PRIVACY);
    List<PrivacyConfig.Rule> rules = new ArrayList<>();
    v.get(PRIVATE_COLUMNS)
        .forEach(
            (pattern, column) -> {
              Optional<MaskMethod> method = reading.make(column, PrivacyKeys::method);
              if (method != null && method.isPresent()) {
                rules.add(new PrivacyConfig.Rule(new ColumnPattern(pattern), method.get()));
              }
            });
    Secret keyset = v.find(KEYSET);
    boolean wanted =
        warehouses.stream().anyMatch(w -> w.from() == WarehouseConfig.From.MASKED)
            || !rules.isEmpty();
    if (wanted && keyset == null && v.isSound()) {
      String problem =
          "columns are masked by keys: `renkei keys create FILE` writes them, and `keyset: \"${file:FILE}\"` names them";
      reading.fault(v, Reading.child(v.path(), "keyset"), v.line(), null, problem);
    }
    return new PrivacyConfig(
        new PrivacyConfig.Policy(v.get(UNDECIDED, PrivacyConfig.Undecided.MASK), rules), keyset);
  }

  /** Empty where the columns have no method. */
  private static Optional<MaskMethod> method(Values v) {
    Method method = v.find(METHOD);
    refuseUnless(method == Method.HASH, "keyed", v.find(KEYED), "hash");
    refuseUnless(method == Method.PARTIAL, "keep_first", v.find(KEEP_FIRST), "partial");
    refuseUnless(method == Method.PARTIAL, "keep_last", v.find(KEEP_LAST), "partial");
    refuseUnless(method == Method.TRUNCATE, "to", v.find(CUT_TO), "truncate");
    if (method == null) {
      if (v.find(POLICY_TAG) == null) {
        throw new IllegalArgumentException(
            "neither `method` nor `policy_tag`: say what becomes of these columns");
      }
      return Optional.empty();
    }
    return Optional.of(
        switch (method) {
          case NULL -> new MaskMethod.Null();
          case HASH -> new MaskMethod.Hash(v.get(KEYED, true));
          case TOKENIZE -> new MaskMethod.Tokenize();
          case PARTIAL -> new MaskMethod.Partial(v.get(KEEP_FIRST, 0), v.get(KEEP_LAST, 0));
          case TRUNCATE -> new MaskMethod.Truncate(cutTo(v.find(CUT_TO)));
          case DROP -> new MaskMethod.Drop();
          case PASS -> new MaskMethod.Pass();
        });
  }

  private static void refuseUnless(
      boolean allowed, String key, @Nullable Object given, String method) {
    if (given != null && !allowed) {
      throw new IllegalArgumentException(
          "`%s` says more about `method: %s`, which these columns do not have"
              .formatted(key, method));
    }
  }

  private static MaskMethod.Truncate.To cutTo(@Nullable String to) {
    if (to == null) {
      throw new IllegalArgumentException(
          "`method: truncate` needs `to`: `year`, `month`, `day`, `hour`, or a power of ten");
    }
    return to.startsWith("1")
        ? new MaskMethod.Truncate.Tens(to.length() - 1)
        : MaskMethod.Truncate.Unit.valueOf(to.toUpperCase(Locale.ROOT));
  }

  /** Which columns of BigQuery have which policy tag. */
  static List<WarehouseConfig.BigQuery.PolicyTag> policyTags(Values root) {
    List<WarehouseConfig.BigQuery.PolicyTag> tags = new ArrayList<>();
    root.get(PRIVACY)
        .get(PRIVATE_COLUMNS)
        .forEach(
            (pattern, v) -> {
              String tag = v.find(POLICY_TAG);
              if (tag != null && v.isSound()) {
                tags.add(new WarehouseConfig.BigQuery.PolicyTag(new ColumnPattern(pattern), tag));
              }
            });
    return tags;
  }
}
