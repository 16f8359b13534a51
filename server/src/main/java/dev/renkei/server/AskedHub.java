package dev.renkei.server;

import dev.renkei.core.hub.HubException;

/** A request that the hub answers; where it does not, the refusal says so. */
final class AskedHub {
  private AskedHub() {}

  /** What is asked. */
  interface Asking<T> {
    T ask() throws HubException, InterruptedException;
  }

  /** Its answer, or 503. */
  static <T> T ask(Asking<T> asking) {
    try {
      return asking.ask();
    } catch (HubException e) {
      throw new Refusal(503, String.valueOf(e.getMessage()), "Try again when the hub answers.")
          .asException();
    } catch (InterruptedException e) {
      throw ending();
    }
  }

  /** Of a thread that was interrupted. */
  static Refusal.RefusedException ending() {
    Thread.currentThread().interrupt();
    return new Refusal(503, "this process ends", null).asException();
  }
}
