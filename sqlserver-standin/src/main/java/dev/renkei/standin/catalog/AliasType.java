package dev.renkei.standin.catalog;

import dev.renkei.standin.sql.SqlType;
import java.io.Serializable;

/**
 * A type made by {@code CREATE TYPE .. FROM ..}.
 *
 * @param userTypeId as in {@code sys.types.user_type_id}: 257 and up, unique in its database
 * @param type what it stands for
 * @param nullable whether columns of this type allow NULL where their declaration does not say
 */
public record AliasType(
    String database, String schema, String name, int userTypeId, SqlType type, boolean nullable)
    implements Serializable {}
