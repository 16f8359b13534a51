package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.state.BucketState;
import dev.renkei.hub.pubsub.state.DirectoryState;
import dev.renkei.hub.pubsub.state.StateStore;
import java.io.Serializable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a hub on Pub/Sub keeps beside its topic, as workers open it. */
public sealed interface HubState extends Serializable {
  /** Opens it. */
  StateStore open() throws HubException, InterruptedException;

  /**
   * Objects in Cloud Storage.
   *
   * @param prefix empty, or ending in a slash
   * @param storage {@code http://host:port} of a stand-in for Cloud Storage; null for Google's
   */
  record Bucket(String project, String bucket, String prefix, @Nullable String storage)
      implements HubState {
    @Override
    public StateStore open() throws HubException, InterruptedException {
      return BucketState.open(BucketState.client(project, storage), bucket, prefix);
    }
  }

  /**
   * A folder that all workers see.
   *
   * @param path absolute
   */
  record Directory(String path) implements HubState {
    @Override
    public StateStore open() throws HubException {
      return DirectoryState.open(Path.of(path));
    }
  }
}
