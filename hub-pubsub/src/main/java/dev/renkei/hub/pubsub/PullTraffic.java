package dev.renkei.hub.pubsub;

import com.google.pubsub.v1.AcknowledgeRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches what the subscribers of a subscription, one after the other, exchange with the server.
 *
 * <p>Acknowledgements are counted: the client gathers them and sends them later, without an answer
 * for each; one that reached the server behind a seek would undo the seek for its message. The ends
 * of streams are noted: the client opens the next one silently, perhaps on a subscription that was
 * made anew meanwhile.
 */
final class PullTraffic {
  /** Ends after which the client opens the stream again. */
  private static final Set<Status.Code> PASSING =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.ABORTED,
          Status.Code.INTERNAL,
          Status.Code.RESOURCE_EXHAUSTED);

  // Written under this.
  private volatile @Nullable Throwable fatal;
  private int subscriber;

  private final AtomicLong given = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  // Guarded by lock.
  private long answered;

  /** One more is handed to the client. */
  void given() {
    given.incrementAndGet();
  }

  /**
   * Waits until all that were given are answered, whatever the answer.
   *
   * @return false where they are not in time, as when the client has dropped some
   */
  boolean awaitAnswers(Duration atMost) throws InterruptedException {
    long expected = given.get();
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (answered < expected && left > 0) {
        left = more.awaitNanos(left);
      }
      boolean all = answered >= expected;
      answered = Math.max(answered, expected); // those that were dropped are not waited for again
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Watches the next subscriber; how streams of those before it end is of no interest. */
  synchronized ClientInterceptor next() {
    return new Watch(++subscriber);
  }

  private synchronized void ended(Status status, int of) {
    ended.set(true);
    if (of == subscriber && !status.isOk() && !PASSING.contains(status.getCode())) {
      fatal = status.asRuntimeException();
    }
  }

  /**
   * Why a stream has ended that the client does not open again; null where none has. The client's
   * own word may not come: one of several streams that fails can end the others' threads before it
   * is passed on.
   */
  @Nullable Throwable fatal() {
    return fatal;
  }

  /** Whether a stream has ended since this was last {@link #seen}. */
  boolean hasEnded() {
    return ended.get();
  }

  /** What ends of streams may mean is looked into. */
  void seen() {
    ended.set(false);
  }

  /** What was fatal is told: other streams of that subscriber may end the same way, and later. */
  synchronized void told() {
    fatal = null;
    subscriber++;
  }

  private void answered(int acknowledgements) {
    lock.lock();
    try {
      answered += acknowledgements;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One subscriber's calls. */
  private final class Watch implements ClientInterceptor {
    private final int number;

    Watch(int number) {
      this.number = number;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        private int acknowledgements;

        @Override
        public void sendMessage(Q message) {
          if (message instanceof AcknowledgeRequest request) {
            acknowledgements += request.getAckIdsCount();
          }
          super.sendMessage(message);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                  try {
                    super.onClose(status, trailers);
                  } finally {
                    if (method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING) {
                      ended(status, number);
                    }
                    if (acknowledgements > 0) {
                      answered(acknowledgements);
                    }
                  }
                }
              },
              headers);
        }
      };
    }
  }
}
