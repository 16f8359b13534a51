package dev.renkei.standin.engine.define;

import dev.renkei.standin.tsql.ast.Expression;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which columns an expression names: what a CHECK or a computed column depends on. */
final class ColumnsUsed {
  private ColumnsUsed() {}

  /** The names, ignoring case. */
  static Set<String> in(Expression expression) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    collect(expression, names);
    return names;
  }

  /** The tree is made of records and lists of them, so it is walked as such. */
  private static void collect(@Nullable Object node, Set<String> names) {
    if (node instanceof Expression.Column column) {
      names.add(column.name());
    } else if (node instanceof Collection<?> nodes) {
      nodes.forEach(n -> collect(n, names));
    } else if (node instanceof Record) {
      for (RecordComponent part : node.getClass().getRecordComponents()) {
        try {
          collect(part.getAccessor().invoke(node), names);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("a record of the tree cannot be read", e);
        }
      }
    }
  }
}
