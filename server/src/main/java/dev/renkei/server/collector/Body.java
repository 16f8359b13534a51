package dev.renkei.server.collector;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Reads the body of a request as it comes, so that a slow client holds memory for what it has sent
 * and no thread.
 */
final class Body implements ReadListener {
  private static final int STEP = 8 << 10;

  /** So much of a request that is too long is still read, for its sender to come to read why. */
  private static final long DRAINED = 16 << 20;

  private final ServletInputStream input;
  private final long limit;
  private final Memory memory;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final byte[] step = new byte[STEP];
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private long taken;
  private long drained;
  private boolean refused;

  private Body(ServletInputStream input, long limit, Memory memory) {
    this.input = input;
    this.limit = limit;
    this.memory = memory;
  }

  /** Why a body is not read to its end. */
  static final class BrokenOffException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    BrokenOffException(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * Reads a body, of which the memory has {@code bytes} taken when it is there; whoever gets it
   * gives them back. Only of a request that was made asynchronous.
   *
   * @param limit of its length
   * @param patienceMillis for all of it
   */
  static CompletableFuture<byte[]> read(
      HttpServletRequest request, long limit, Memory memory, long patienceMillis) {
    if (request.getContentLengthLong() > limit + DRAINED) {
      return CompletableFuture.failedFuture(tooLong(limit));
    }
    try {
      Body body = new Body(request.getInputStream(), limit, memory);
      body.refused = request.getContentLengthLong() > limit;
      body.input.setReadListener(body);
      return body.whole
          .orTimeout(patienceMillis, TimeUnit.MILLISECONDS)
          .whenComplete(
              (bytes, failure) -> {
                if (failure != null) {
                  body.giveUp();
                }
              });
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static BrokenOffException tooLong(long limit) {
    return new BrokenOffException(413, "the request is longer than %,d bytes".formatted(limit));
  }

  @Override
  public void onDataAvailable() throws IOException {
    while (!whole.isDone() && input.isReady() && !input.isFinished()) {
      int count = input.read(step);
      if (count > 0) {
        keep(count);
      }
    }
  }

  private synchronized void keep(int count) {
    if (whole.isDone()) {
      return;
    }
    if (refused || read.size() + count > limit) {
      refused = true;
      drained += count;
      giveUp();
      if (drained > DRAINED) {
        whole.completeExceptionally(tooLong(limit));
      }
    } else if (!memory.take(count)) {
      whole.completeExceptionally(
          new BrokenOffException(503, "more requests are under way than fit into the memory"));
    } else {
      taken += count;
      read.write(step, 0, count);
    }
  }

  @Override
  public void onAllDataRead() {
    if (refused) {
      whole.completeExceptionally(tooLong(limit));
    } else {
      whole.complete(read.toByteArray());
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  private synchronized void giveUp() {
    memory.giveBack(taken);
    taken = 0;
  }
}
