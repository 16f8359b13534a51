package dev.renkei.steps.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * About how many different hashes it was shown, within 1.6 % (one standard deviation), in 4 KiB.
 * HyperLogLog (Flajolet and others, 2007) with the estimator of Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches" (2017, algorithm 6), which has no bias at any size. Nothing
 * can be taken out again.
 */
final class HyperLogLog {
  private static final int PRECISION = 12;
  private static final int REGISTERS = 1 << PRECISION;
  private static final int MOST = 64 - PRECISION + 1;

  /** 1 / (2 ln 2). */
  private static final double ALPHA = 0.721347520444481703680;

  private final byte[] registers;

  HyperLogLog() {
    this(new byte[REGISTERS]);
  }

  private HyperLogLog(byte[] registers) {
    this.registers = registers;
  }

  void add(long hash) {
    int register = (int) (hash >>> (64 - PRECISION));
    int rank = Long.numberOfLeadingZeros(hash << PRECISION | 1L << (PRECISION - 1)) + 1;
    if (rank > registers[register]) {
      registers[register] = (byte) rank;
    }
  }

  void merge(HyperLogLog other) {
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = (byte) Math.max(registers[i], other.registers[i]);
    }
  }

  long estimate() {
    int[] counts = new int[MOST + 1];
    for (byte register : registers) {
      counts[register]++;
    }
    double m = REGISTERS;
    double z = m * tau(1 - counts[MOST] / m);
    for (int rank = MOST - 1; rank >= 1; rank--) {
      z = 0.5 * (z + counts[rank]);
    }
    z += m * sigma(counts[0] / m);
    return Math.round(ALPHA * m * m / z);
  }

  private static double sigma(double start) {
    if (start == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = start;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (z != before);
    return z;
  }

  private static double tau(double start) {
    if (start == 0 || start == 1) {
      return 0;
    }
    double x = start;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
  }

  void write(DataOutput to) throws IOException {
    to.write(registers);
  }

  static HyperLogLog read(DataInput from) throws IOException {
    byte[] registers = new byte[REGISTERS];
    from.readFully(registers);
    return new HyperLogLog(registers);
  }
}
