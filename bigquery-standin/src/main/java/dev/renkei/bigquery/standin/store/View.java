package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A view: its text as it was given. */
public final class View implements Relation {
  private final TableName name;
  private volatile ObjectNode resource;

  View(TableName name, ObjectNode resource) {
    this.name = name;
    this.resource = resource.deepCopy();
  }

  @Override
  public TableName name() {
    return name;
  }

  @Override
  public ObjectNode resource() {
    return resource.deepCopy();
  }

  @Override
  public void describe(ObjectNode changed) {
    resource = changed.deepCopy();
  }

  /** In GoogleSQL. */
  public String query() {
    return resource.path("view").path("query").asText();
  }
}
