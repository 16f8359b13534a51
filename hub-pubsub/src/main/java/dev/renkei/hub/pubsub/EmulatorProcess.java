package dev.renkei.hub.pubsub;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;

/**
 * The emulator's process: Google's main class, and an ear at standard input, whose other end closes
 * when the parent is gone, even one that was killed by force. Uses nothing but the JDK, since it
 * runs on the emulator's class path.
 */
final class EmulatorProcess {
  private static final String MAIN = "com.google.cloud.pubsub.testing.v1.Main";

  private EmulatorProcess() {}

  public static void main(String[] arguments) throws Exception {
    Thread watch = new Thread(() -> endWith(System.in), "parent-watch");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(MAIN)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {"--host=" + arguments[0], "--port=" + arguments[1]});
    } catch (InvocationTargetException e) {
      e.getTargetException().printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void endWith(InputStream parent) {
    try {
      while (parent.read() >= 0) {}
    } catch (IOException e) {
      // The parent is gone then.
    }
    Runtime.getRuntime().halt(0);
  }
}
