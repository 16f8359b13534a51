package dev.renkei.warehouse.duckdb;

/** Counts of what became of changes. Belongs to the writer. */
final class Tally {
  long applied;
  long equal;
  long stale;
  long compared;
  long belowFloor;
  long beyondHorizon;

  void add(Tally other) {
    applied += other.applied;
    equal += other.equal;
    stale += other.stale;
    compared += other.compared;
    belowFloor += other.belowFloor;
    beyondHorizon += other.beyondHorizon;
  }

  DuckDbWarehouse.Applied read() {
    return new DuckDbWarehouse.Applied(applied, equal, stale, belowFloor, beyondHorizon);
  }
}
