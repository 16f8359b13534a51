package dev.renkei.hub.pubsub;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that starts an emulator and is killed. */
final class EmulatorParent {
  private EmulatorParent() {}

  public static void main(String[] arguments) throws Exception {
    try (PubSubEmulator emulator = Emulator.start(Path.of(arguments[0]))) {
      System.out.println(
          "emulator " + ProcessHandle.current().children().findFirst().orElseThrow().pid());
      System.out.println(emulator.address());
      new CountDownLatch(1).await();
    }
  }
}
