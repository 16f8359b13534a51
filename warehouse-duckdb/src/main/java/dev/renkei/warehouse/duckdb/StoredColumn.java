package dev.renkei.warehouse.duckdb;

/**
 * A column of the source as the warehouse has it.
 *
 * @param source its name at the source
 * @param name its name here, which differs where the source's is taken
 * @param keyOrdinal position in the key from 1; 0 outside it
 */
record StoredColumn(String source, String name, DuckType type, int keyOrdinal) {
  String quoted() {
    return Names.quoted(name);
  }
}
