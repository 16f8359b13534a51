package dev.renkei.steps.expression;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** What expressions know beyond CEL's standard functions, and the code behind it. */
final class Functions {
  /** Both sides of a declaration. */
  record Known(List<CelFunctionDecl> declared, List<CelFunctionBinding> bound) {
    Known {
      declared = List.copyOf(declared);
      bound = List.copyOf(bound);
    }
  }

  static final Known KNOWN = known();

  private enum Order {
    LESS("_<_", "less_"),
    LESS_EQUALS("_<=_", "less_equals_"),
    GREATER("_>_", "greater_"),
    GREATER_EQUALS("_>=_", "greater_equals_");

    private final String operator;
    private final String prefix;

    Order(String operator, String prefix) {
      this.operator = operator;
      this.prefix = prefix;
    }

    <T extends Comparable<? super T>> boolean holds(T a, T b) {
      int order = a.compareTo(b);
      return switch (this) {
        case LESS -> order < 0;
        case LESS_EQUALS -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_EQUALS -> order >= 0;
      };
    }
  }

  private enum Arithmetic {
    ADD("_+_", "add_decimal"),
    SUBTRACT("_-_", "subtract_decimal"),
    MULTIPLY("_*_", "multiply_decimal");

    private final String operator;
    private final String id;

    Arithmetic(String operator, String id) {
      this.operator = operator;
      this.id = id;
    }

    Decimal of(Decimal a, Decimal b) {
      return new Decimal(
          switch (this) {
            case ADD -> a.value().add(b.value());
            case SUBTRACT -> a.value().subtract(b.value());
            case MULTIPLY -> a.value().multiply(b.value());
          });
    }
  }

  private final List<CelFunctionDecl> declared = new ArrayList<>();
  private final List<CelFunctionBinding> bound = new ArrayList<>();

  private Functions() {}

  private static Known known() {
    Functions all = new Functions();
    all.order(SqlTypes.DECIMAL, Decimal.class);
    all.order(SqlTypes.DATE, LocalDate.class);
    all.order(SqlTypes.TIME, LocalTime.class);
    all.order(SqlTypes.DATETIME, LocalDateTime.class);
    all.arithmetic();
    all.conversions();
    all.texts();
    return new Known(all.declared, all.bound);
  }

  private <T extends Comparable<? super T>> void order(CelType type, Class<T> values) {
    for (Order order : Order.values()) {
      String id = order.prefix + type.name();
      declare(order.operator, CelOverloadDecl.newGlobalOverload(id, SimpleType.BOOL, type, type));
      bound.add(CelFunctionBinding.from(id, values, values, order::holds));
    }
  }

  private void arithmetic() {
    for (Arithmetic exact : Arithmetic.values()) {
      declare(
          exact.operator,
          CelOverloadDecl.newGlobalOverload(
              exact.id, SqlTypes.DECIMAL, SqlTypes.DECIMAL, SqlTypes.DECIMAL));
      bound.add(CelFunctionBinding.from(exact.id, Decimal.class, Decimal.class, exact::of));
    }
    global("-_", "negate_decimal", SqlTypes.DECIMAL, SqlTypes.DECIMAL);
    bound.add(
        CelFunctionBinding.from(
            "negate_decimal", Decimal.class, d -> new Decimal(d.value().negate())));
  }

  private void conversions() {
    global("decimal", "int_to_decimal", SqlTypes.DECIMAL, SimpleType.INT);
    bound.add(
        CelFunctionBinding.from(
            "int_to_decimal", Long.class, i -> new Decimal(BigDecimal.valueOf(i))));
    global("decimal", "string_to_decimal", SqlTypes.DECIMAL, SimpleType.STRING);
    bound.add(
        CelFunctionBinding.from(
            "string_to_decimal", String.class, t -> new Decimal(new BigDecimal(t.strip()))));
    global("double", "decimal_to_double", SimpleType.DOUBLE, SqlTypes.DECIMAL);
    bound.add(
        CelFunctionBinding.from("decimal_to_double", Decimal.class, d -> d.value().doubleValue()));
    global("int", "decimal_to_int", SimpleType.INT, SqlTypes.DECIMAL);
    bound.add(
        CelFunctionBinding.from(
            "decimal_to_int",
            Decimal.class,
            d -> d.value().setScale(0, RoundingMode.DOWN).longValueExact()));
    global("string", "decimal_to_string", SimpleType.STRING, SqlTypes.DECIMAL);
    bound.add(
        CelFunctionBinding.from(
            "decimal_to_string", Decimal.class, d -> d.value().toPlainString()));
    global("string", "date_to_string", SimpleType.STRING, SqlTypes.DATE);
    bound.add(CelFunctionBinding.from("date_to_string", LocalDate.class, SqlTypes::iso));
    global("string", "time_to_string", SimpleType.STRING, SqlTypes.TIME);
    bound.add(CelFunctionBinding.from("time_to_string", LocalTime.class, SqlTypes::iso));
    global("string", "datetime_to_string", SimpleType.STRING, SqlTypes.DATETIME);
    bound.add(CelFunctionBinding.from("datetime_to_string", LocalDateTime.class, SqlTypes::iso));
    declare(
        "timestamp",
        CelOverloadDecl.newGlobalOverload(
            "datetime_to_timestamp", SimpleType.TIMESTAMP, SqlTypes.DATETIME, SimpleType.STRING));
    bound.add(
        CelFunctionBinding.from(
            "datetime_to_timestamp",
            LocalDateTime.class,
            String.class,
            (time, zone) -> time.atZone(ZoneId.of(zone)).toInstant()));
  }

  /** Of CEL's string extension, under its names. */
  private void texts() {
    member("lowerAscii", "string_lower_ascii");
    bound.add(
        CelFunctionBinding.from(
            "string_lower_ascii", String.class, t -> ascii(t, 'A', 'Z', 'a' - 'A')));
    member("upperAscii", "string_upper_ascii");
    bound.add(
        CelFunctionBinding.from(
            "string_upper_ascii", String.class, t -> ascii(t, 'a', 'z', 'A' - 'a')));
    member("trim", "string_trim");
    bound.add(CelFunctionBinding.from("string_trim", String.class, String::strip));
  }

  private static String ascii(String text, char from, char to, int by) {
    StringBuilder shifted = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= from && c <= to) {
        shifted.setCharAt(i, (char) (c + by));
      }
    }
    return shifted.toString();
  }

  private void global(String function, String id, CelType result, CelType argument) {
    declare(function, CelOverloadDecl.newGlobalOverload(id, result, argument));
  }

  private void member(String function, String id) {
    declare(function, CelOverloadDecl.newMemberOverload(id, SimpleType.STRING, SimpleType.STRING));
  }

  private void declare(String function, CelOverloadDecl overload) {
    declared.add(CelFunctionDecl.newFunctionDeclaration(function, overload));
  }
}
