package dev.renkei.cli.demo;

import dev.renkei.demo.UseProof;
import java.util.ArrayList;
import java.util.List;

/** Differences while they are found: all are counted, the first few kept. */
final class Findings {
  private static final int KEPT = 5;

  private final List<String> examples = new ArrayList<>();
  private long count;

  void add(String sentence) {
    count++;
    if (examples.size() < KEPT) {
      examples.add(sentence);
    }
  }

  UseProof proof(String name, String what, long checked) {
    return new UseProof(name, what, checked, count, examples);
  }
}
