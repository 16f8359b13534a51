package dev.renkei.bigtable;

import com.google.api.core.ApiFuture;
import com.google.api.gax.batching.Batcher;
import com.google.api.gax.batching.BatchingException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.models.RowMutationEntry;
import com.google.cloud.bigtable.data.v2.models.TableId;
import dev.renkei.core.config.BigtableConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Writes changes in batches, in any order, each as often as it comes. Google's client retries what
 * Bigtable cannot take for the moment. Belongs to one thread.
 *
 * @param <T> what the caller knows a change by
 */
public final class LatestWriter<T> implements AutoCloseable {
  private final BigtableConfig config;
  private final BigtableDataClient client;
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private final Batcher<RowMutationEntry, Void> batcher;

  private record Waiting<T>(T change, ApiFuture<Void> written) {}

  private LatestWriter(BigtableConfig config, BigtableDataClient client) {
    this.config = config;
    this.client = client;
    this.batcher = client.newBulkMutationBatcher(TableId.of(config.table()));
  }

  /** Opens it for a table that is there ({@link LatestTable#make}). */
  public static <T> LatestWriter<T> open(BigtableConfig config) throws BigtableException {
    return new LatestWriter<>(config, BigtableAccess.data(config));
  }

  /** Begins to write; waits where too much is under way. */
  public void add(T change, LatestChange effect) {
    waiting.add(new Waiting<>(change, batcher.add(Cells.mutation(effect))));
  }

  /**
   * Waits until everything since the last time is durable.
   *
   * @return what Bigtable refuses for what it is, such as its size
   * @throws BigtableException where something could not be written now; then all of it is to come
   *     again
   */
  public List<T> flush() throws BigtableException, InterruptedException {
    List<Waiting<T>> all = List.copyOf(waiting);
    waiting.clear();
    batcher.flush();
    List<T> refused = new ArrayList<>();
    for (Waiting<T> one : all) {
      try {
        one.written().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof ApiException failure)) {
          throw new BigtableException(config.wholeName() + ": a batch has failed", e);
        }
        if (failure.getStatusCode().getCode() != StatusCode.Code.INVALID_ARGUMENT) {
          throw BigtableAccess.failed(config, failure);
        }
        refused.add(one.change());
      }
    }
    return refused;
  }

  /** Gives up what was not waited for. */
  @Override
  public void close() {
    batcher.cancelOutstanding();
    try {
      batcher.close();
    } catch (BatchingException e) {
      // Whoever wanted to know has asked for each of them.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close();
    }
  }
}
