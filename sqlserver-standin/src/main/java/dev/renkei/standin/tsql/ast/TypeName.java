package dev.renkei.standin.tsql.ast;

import java.util.List;

/**
 * A type as written: a base type or an alias type, with its arguments.
 *
 * @param name for example {@code nvarchar}, or an alias type such as {@code dbo.Name}
 * @param arguments as written: numbers or {@code max}; empty where left out
 */
public record TypeName(ObjectName name, List<String> arguments) {
  public TypeName {
    arguments = List.copyOf(arguments);
  }
}
