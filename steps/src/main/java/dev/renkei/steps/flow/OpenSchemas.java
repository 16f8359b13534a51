package dev.renkei.steps.flow;

import dev.renkei.core.hub.SchemaStore;

/** A store of schemas, and what it holds open. */
public interface OpenSchemas extends AutoCloseable {
  SchemaStore store();

  @Override
  void close();

  /**
   * A store and what closes it.
   *
   * @param close may be run at any time, once
   */
  static OpenSchemas of(SchemaStore store, Runnable close) {
    return new OpenSchemas() {
      @Override
      public SchemaStore store() {
        return store;
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
