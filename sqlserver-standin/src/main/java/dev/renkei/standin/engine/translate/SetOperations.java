package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Query;
import java.util.ArrayList;
import java.util.List;

/** UNION, EXCEPT and INTERSECT, whose sides agree on types before they are written. */
final class SetOperations {
  private final Queries queries;
  private final Work work;

  SetOperations(Queries queries, Work work) {
    this.queries = queries;
    this.work = work;
  }

  /** One side of a set operation, before its types are agreed on. */
  interface Branch {
    List<Queries.Column> columns();

    String sql(List<SqlType> types) throws SqlError;
  }

  Branch branch(Query.Body body, Names names) throws SqlError {
    if (body instanceof Query.Select select) {
      Queries.Selection s = queries.select(select, names);
      if (!s.variables.isEmpty()) {
        throw new SqlError(
            141,
            1,
            15,
            "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.");
      }
      return new SelectBranch(s);
    }
    if (body instanceof Query.Nested nested) {
      return new NestedBranch(queries.subquery(nested.query(), names));
    }
    Query.SetOperation set = (Query.SetOperation) body;
    return new SetBranch(set.operator(), branch(set.left(), names), branch(set.right(), names));
  }

  private record SelectBranch(Queries.Selection selection) implements Branch {
    @Override
    public List<Queries.Column> columns() {
      return selection.columns();
    }

    @Override
    public String sql(List<SqlType> types) throws SqlError {
      List<Typed> shown = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        shown.add(Casts.settle(Casts.implicitly(selection.items.get(i), types.get(i))));
      }
      return "(" + selection.sql(shown, selection.top) + ")";
    }
  }

  private final class NestedBranch implements Branch {
    private final Queries.Relation relation;

    NestedBranch(Queries.Relation relation) {
      this.relation = relation;
    }

    @Override
    public List<Queries.Column> columns() {
      return relation.columns();
    }

    @Override
    public String sql(List<SqlType> types) throws SqlError {
      String alias = work.alias("n");
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        Typed t = Queries.inner(alias, i + 1, relation.columns().get(i));
        shown.add(
            Casts.settle(Casts.implicitly(t, types.get(i))).sql() + " AS \"c" + (i + 1) + "\"");
      }
      return "(SELECT "
          + String.join(", ", shown)
          + " FROM ("
          + relation.sql()
          + ") "
          + alias
          + ")";
    }
  }

  private static final class SetBranch implements Branch {
    private final Query.SetOperator operator;
    private final Branch left;
    private final Branch right;
    private final List<Queries.Column> columns = new ArrayList<>();

    SetBranch(Query.SetOperator operator, Branch left, Branch right) throws SqlError {
      this.operator = operator;
      this.left = left;
      this.right = right;
      if (left.columns().size() != right.columns().size()) {
        throw Faults.error(
            205,
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.");
      }
      for (int i = 0; i < left.columns().size(); i++) {
        Queries.Column a = left.columns().get(i);
        Queries.Column b = right.columns().get(i);
        boolean nullable =
            switch (operator) {
              case EXCEPT -> a.nullable();
              case INTERSECT -> a.nullable() && b.nullable();
              default -> a.nullable() || b.nullable();
            };
        columns.add(
            new Queries.Column(a.name(), common(a, b), nullable, false, false, strongest(a, b)));
      }
    }

    private static Typed.Collation strongest(Queries.Column a, Queries.Column b) {
      return a.collation().compareTo(b.collation()) >= 0 ? a.collation() : b.collation();
    }

    private static SqlType common(Queries.Column a, Queries.Column b) throws SqlError {
      return Types.common(a.type(), b.type());
    }

    @Override
    public List<Queries.Column> columns() {
      return columns;
    }

    @Override
    public String sql(List<SqlType> types) throws SqlError {
      String word =
          switch (operator) {
            case UNION -> " UNION ";
            case UNION_ALL -> " UNION ALL ";
            case EXCEPT -> " EXCEPT ";
            case INTERSECT -> " INTERSECT ";
          };
      return "(" + left.sql(types) + word + right.sql(types) + ")";
    }
  }
}
