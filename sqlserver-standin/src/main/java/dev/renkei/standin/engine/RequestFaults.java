package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Faults that meet requests and logins before they do anything. Thread-safe. */
public final class RequestFaults {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();

  private record Fault(
      Pattern pattern,
      AtomicInteger left,
      @Nullable SqlError error,
      Duration delay,
      @Nullable Gate gate) {}

  private record Refusal(AtomicInteger left, SqlError error) {}

  /** Holds requests until it is opened. */
  public static final class Gate {
    private int waiting;
    private boolean open;

    public synchronized int waiting() {
      return waiting;
    }

    /** Waits until so many requests are held; false after the timeout. */
    public synchronized boolean awaitWaiting(int requests, Duration timeout)
        throws InterruptedException {
      long end = System.nanoTime() + timeout.toNanos();
      while (waiting < requests) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    }

    public synchronized void open() {
      open = true;
      notifyAll();
    }

    private synchronized boolean isOpen() {
      return open;
    }

    private synchronized void count(int change) {
      waiting += change;
      notifyAll();
    }

    private void pass(Cancellation cancellation) throws StatementCancelled {
      count(1);
      try {
        while (!isOpen()) {
          cancellation.sleep(Duration.ofMillis(5));
        }
      } finally {
        count(-1);
      }
    }
  }

  /** Orders an error for the next requests that match; what it returns ends the fault. */
  public Runnable fail(Pattern pattern, int count, SqlError error) {
    return add(new Fault(pattern, new AtomicInteger(count), error, Duration.ZERO, null));
  }

  public Runnable delay(Pattern pattern, Duration delay) {
    return add(new Fault(pattern, new AtomicInteger(Integer.MAX_VALUE), null, delay, null));
  }

  /** Holds every request that matches until the gate opens; what it returns opens it too. */
  public Runnable stall(Pattern pattern, Gate gate) {
    Runnable end =
        add(new Fault(pattern, new AtomicInteger(Integer.MAX_VALUE), null, Duration.ZERO, gate));
    return () -> {
      end.run();
      gate.open();
    };
  }

  public Runnable refuseLogins(int count, SqlError error) {
    Refusal refusal = new Refusal(new AtomicInteger(count), error);
    refusals.add(refusal);
    return () -> refusals.remove(refusal);
  }

  /** Shows the text of every request before it does anything; what it returns ends that. */
  public Runnable watch(Consumer<String> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Ends all faults and opens all gates. */
  public void clear() {
    refusals.clear();
    for (Fault fault : faults) {
      faults.remove(fault);
      if (fault.gate() != null) {
        fault.gate().open();
      }
    }
  }

  private Runnable add(Fault fault) {
    faults.add(fault);
    return () -> faults.remove(fault);
  }

  /** The error for a login, where one was ordered. */
  @Nullable SqlError refusalOfLogin() {
    for (Refusal refusal : refusals) {
      if (takeOne(refusal.left())) {
        return refusal.error();
      }
    }
    return null;
  }

  /** Meets a request with whatever was ordered for its text. */
  void beforeRequest(String text, Cancellation cancellation) throws SqlError, StatementCancelled {
    for (Consumer<String> watcher : watchers) {
      watcher.accept(text);
    }
    if (faults.isEmpty()) {
      return;
    }
    for (Fault fault : faults) {
      if (!fault.pattern().matcher(text).find() || !takeOne(fault.left())) {
        continue;
      }
      cancellation.sleep(fault.delay());
      if (fault.gate() != null) {
        fault.gate().pass(cancellation);
      }
      if (fault.error() != null) {
        throw fault.error();
      }
    }
  }

  private static boolean takeOne(AtomicInteger left) {
    return left.getAndUpdate(n -> n == Integer.MAX_VALUE ? n : Math.max(0, n - 1)) > 0;
  }
}
