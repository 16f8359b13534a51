package dev.renkei.core.hub;

import java.util.ArrayList;
import java.util.List;

/** Numbers as a short text, neighbours that count up joined: {@code 1-20,22}. */
final class Runs {
  private Runs() {}

  static String write(List<Integer> numbers) {
    StringBuilder text = new StringBuilder();
    for (int first = 0; first < numbers.size(); ) {
      int last = first;
      while (last + 1 < numbers.size() && numbers.get(last + 1) == numbers.get(last) + 1) {
        last++;
      }
      text.append(text.isEmpty() ? "" : ",").append(numbers.get(first));
      if (last > first) {
        text.append('-').append(numbers.get(last));
      }
      first = last + 1;
    }
    return text.toString();
  }

  /**
   * Reads them back.
   *
   * @throws IllegalArgumentException where the text is not of this form
   */
  static List<Integer> read(String text) {
    List<Integer> numbers = new ArrayList<>();
    if (text.isEmpty()) {
      return numbers;
    }
    for (String run : text.split(",", -1)) {
      String[] ends = run.split("-", -1);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (ends.length > 2 || last < first) {
        throw new IllegalArgumentException("not a run of numbers: " + run);
      }
      for (int number = first; number <= last; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
