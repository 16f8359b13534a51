package dev.renkei.server.collector;

import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.EncodedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A hub in memory that takes messages at once, holds them back, or fails. */
final class HeldHub implements EventPublisher {
  private final List<EncodedMessage> messages = new ArrayList<>();
  private final List<CompletableFuture<Void>> held = new ArrayList<>();
  private boolean holding;
  private boolean failing;

  @Override
  public synchronized CompletableFuture<Void> publish(EncodedMessage message) {
    if (failing) {
      return CompletableFuture.failedFuture(new HubException("no broker"));
    }
    messages.add(message);
    CompletableFuture<Void> durable = new CompletableFuture<>();
    if (holding) {
      held.add(durable);
    } else {
      durable.complete(null);
    }
    return durable;
  }

  synchronized void hold() {
    holding = true;
  }

  synchronized int held() {
    return held.size();
  }

  void release() {
    List<CompletableFuture<Void>> all;
    synchronized (this) {
      holding = false;
      all = List.copyOf(held);
      held.clear();
    }
    all.forEach(one -> one.complete(null));
  }

  synchronized void fail(boolean fails) {
    failing = fails;
  }

  synchronized List<EncodedMessage> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void close() {}
}
