package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a table name stands for. */
public sealed interface Relation permits StoredTable, View {
  TableName name();

  /** A copy of the REST resource. */
  ObjectNode resource();

  /** Puts another resource in its place; the caller has checked it. */
  void describe(ObjectNode resource);
}
