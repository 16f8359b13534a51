package dev.renkei.standin.tsql;

import dev.renkei.standin.tsql.ast.TypeName;

/**
 * A parameter as {@code sp_executesql} declares it.
 *
 * @param name with its at-sign
 */
public record ParameterDeclaration(String name, TypeName type, boolean output) {}
