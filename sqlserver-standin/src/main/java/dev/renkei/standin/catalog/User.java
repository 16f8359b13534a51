package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;

/**
 * A user of one database.
 *
 * @param principalId as in {@code sys.database_principals}: 5 and up
 * @param login whose user it is
 * @param roles fixed roles it is a member of, in lower case
 */
public record User(String name, int principalId, String login, Set<String> roles)
    implements Serializable {
  public User {
    roles = java.util.Collections.unmodifiableSet(new TreeSet<>(roles));
  }
}
