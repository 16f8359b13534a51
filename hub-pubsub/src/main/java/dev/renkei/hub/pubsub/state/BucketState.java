package dev.renkei.hub.pubsub.state;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.StorageException;
import com.google.cloud.storage.StorageOptions;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects in Cloud Storage, whose own generations are used. Its client tries again what fails for a
 * moment; one object takes about one write a second (<a
 * href="https://cloud.google.com/storage/quotas">quotas</a>).
 */
public final class BucketState implements StateStore {
  private static final Logger log = LoggerFactory.getLogger(BucketState.class);

  /** An object may be replaced between the question for its generation and for its content. */
  private static final int READS = 20;

  private final Storage storage;
  private final String bucket;
  private final String prefix;

  private BucketState(Storage storage, String bucket, String prefix) {
    this.storage = storage;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * A client that tries for a minute what fails for a moment.
   *
   * @param url of a stand-in, which asks for no credentials; null for Google's own
   */
  public static Storage client(String project, @Nullable String url) {
    StorageOptions.Builder options =
        StorageOptions.newBuilder()
            .setProjectId(project)
            .setRetrySettings(
                RetrySettings.newBuilder()
                    .setInitialRetryDelayDuration(Duration.ofMillis(200))
                    .setRetryDelayMultiplier(2)
                    .setMaxRetryDelayDuration(Duration.ofSeconds(10))
                    .setTotalTimeoutDuration(Duration.ofMinutes(1))
                    .build());
    if (url != null) {
      options.setHost(url).setCredentials(NoCredentials.getInstance());
    }
    return options.build().getService();
  }

  /**
   * Opens a bucket that is there already.
   *
   * @param storage closed with this
   * @param prefix of all names; empty, or ending in a slash
   */
  public static BucketState open(Storage storage, String bucket, String prefix)
      throws HubException, InterruptedException {
    BucketState state = new BucketState(storage, bucket, prefix);
    List<Listed> unused = state.list("", 1);
    return state;
  }

  @Override
  public String address() {
    return "gs://" + bucket + "/" + prefix;
  }

  @Override
  public Optional<Entry> read(String name) throws HubException, InterruptedException {
    return attempt(
        name,
        () -> {
          for (int reads = 1; ; reads++) {
            Blob blob = storage.get(id(name), BlobGetOption.fields(BlobField.GENERATION));
            if (blob == null) {
              return Optional.empty();
            }
            long generation = blob.getGeneration();
            try {
              return Optional.of(
                  new Entry(
                      generation,
                      storage.readAllBytes(BlobId.of(bucket, prefix + name, generation))));
            } catch (StorageException e) {
              if ((e.getCode() != 404 && e.getCode() != 412) || reads == READS) {
                throw e;
              }
            }
          }
        });
  }

  @Override
  public long generation(String name) throws HubException, InterruptedException {
    return attempt(
        name,
        () -> {
          Blob blob = storage.get(id(name), BlobGetOption.fields(BlobField.GENERATION));
          return blob == null ? ABSENT : blob.getGeneration();
        });
  }

  @Override
  public OptionalLong write(String name, byte[] content, long generation)
      throws HubException, InterruptedException {
    BlobInfo info = BlobInfo.newBuilder(id(name)).setContentType("application/json").build();
    return attempt(
        name,
        () -> {
          try {
            Blob written =
                storage.create(
                    info,
                    content,
                    generation == ABSENT
                        ? BlobTargetOption.doesNotExist()
                        : BlobTargetOption.generationMatch(generation));
            return OptionalLong.of(written.getGeneration());
          } catch (StorageException e) {
            if (e.getCode() == 412) {
              return OptionalLong.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public List<Listed> list(String begins, int atMost) throws HubException, InterruptedException {
    return attempt(
        begins,
        () -> {
          List<Listed> listed = new ArrayList<>();
          for (Blob blob :
              storage
                  .list(
                      bucket,
                      BlobListOption.prefix(prefix + begins),
                      BlobListOption.pageSize(Math.min(1000, atMost)),
                      BlobListOption.fields(BlobField.NAME, BlobField.GENERATION))
                  .iterateAll()) {
            listed.add(new Listed(blob.getName().substring(prefix.length()), blob.getGeneration()));
            if (listed.size() == atMost) {
              break;
            }
          }
          return List.copyOf(listed);
        });
  }

  @Override
  public void delete(String name) throws HubException, InterruptedException {
    boolean unused = attempt(name, () -> storage.delete(id(name)));
  }

  @Override
  public Duration writeInterval() {
    return Duration.ofSeconds(1);
  }

  @Override
  public Duration pollInterval() {
    return Duration.ofSeconds(2);
  }

  @Override
  public void close() {
    try {
      storage.close();
    } catch (Exception e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("storage client not closed");
    }
  }

  private BlobId id(String name) {
    return BlobId.of(bucket, prefix + name);
  }

  /** A request, or several. */
  private interface Request<T> {
    T run();
  }

  private <T> T attempt(String name, Request<T> request) throws HubException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(name);
    }
    try {
      return request.run();
    } catch (StorageException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(name);
      }
      throw new HubException("hub.state: %s%s: %s".formatted(address(), name, sentence(e)), e);
    }
  }

  private String sentence(StorageException failure) {
    return switch (failure.getCode()) {
      case 401 ->
          "Google does not know who asks. Run `gcloud auth application-default login`, or name a key by GOOGLE_APPLICATION_CREDENTIALS.";
      case 403 ->
          "not allowed (%s). Grant roles/storage.objectUser on the bucket %s to the account that runs this."
              .formatted(failure.getMessage(), bucket);
      case 404 ->
          "there is no bucket %s, or this account may not know of it. Make it with `gcloud storage buckets create gs://%s`, or mend hub.state.bucket."
              .formatted(bucket, bucket);
      case 429 ->
          "too many requests (%s); tried again later. See that no other process runs under this name."
              .formatted(failure.getMessage());
      default ->
          "%s. See that this machine reaches storage.googleapis.com."
              .formatted(failure.getMessage());
    };
  }
}
