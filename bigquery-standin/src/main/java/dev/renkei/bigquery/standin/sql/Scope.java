package dev.renkei.bigquery.standin.sql;

import java.util.List;

/** What names stand for while a query is translated. */
public interface Scope {
  /**
   * @param path as written, without back quotes
   * @return DuckDB SQL in parentheses
   */
  String relation(String path);

  /**
   * @param arguments in DuckDB's SQL
   * @return DuckDB SQL in parentheses
   */
  String tableFunction(String path, List<String> arguments);

  /**
   * @param name of an {@code @parameter}
   * @return a DuckDB literal
   */
  String parameter(String name);
}
