package dev.renkei.hub.pubsub.state;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A process that raises a number in a folder's state, again and again. */
final class CountingProcess {
  static final int TIMES = 100;

  private CountingProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (StateStore store = DirectoryState.open(Path.of(arguments[0]))) {
      for (int i = 0; i < TIMES; ) {
        Optional<StateStore.Entry> entry = store.read("a/count");
        long count =
            entry.isEmpty()
                ? 0
                : Long.parseLong(new String(entry.get().content(), StandardCharsets.UTF_8));
        byte[] next = Long.toString(count + 1).getBytes(StandardCharsets.UTF_8);
        long generation = entry.map(StateStore.Entry::generation).orElse(StateStore.ABSENT);
        i += store.write("a/count", next, generation).isPresent() ? 1 : 0;
      }
    }
    System.out.println("done");
  }
}
