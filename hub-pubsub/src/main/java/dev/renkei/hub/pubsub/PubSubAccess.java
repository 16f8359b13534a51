package dev.renkei.hub.pubsub;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Endpoint;
import io.grpc.ManagedChannelBuilder;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where Pub/Sub and Cloud Storage are: Google's own, with application default credentials, or
 * stand-ins for them, without any.
 *
 * @param pubSub another address of Pub/Sub; null for Google's
 * @param storage {@code http://host:port} of a stand-in for Cloud Storage; null for Google's
 */
public record PubSubAccess(@Nullable Endpoint pubSub, @Nullable String storage) {
  static final String EMULATOR = "PUBSUB_EMULATOR_HOST";
  static final String STORAGE_EMULATOR = "STORAGE_EMULATOR_HOST";

  private static final int INBOUND_BYTES = 20 << 20;

  /** Google's own services. */
  public static final PubSubAccess GOOGLE = new PubSubAccess(null, null);

  /** An emulator of Pub/Sub, by {@code host:port}; Cloud Storage is Google's. */
  public static PubSubAccess endpoint(String hostAndPort) {
    return new PubSubAccess(new Endpoint(hostAndPort, true), null);
  }

  /**
   * What {@code PUBSUB_EMULATOR_HOST} and {@code STORAGE_EMULATOR_HOST} name; Google's where they
   * are not set.
   */
  public static PubSubAccess fromEnvironment() {
    return from(System.getenv());
  }

  /** The address that a configuration names, else what the environment says. */
  public static PubSubAccess of(HubConfig.PubSub config) {
    PubSubAccess environment = fromEnvironment();
    return config.endpoint() == null
        ? environment
        : new PubSubAccess(config.endpoint(), environment.storage());
  }

  static PubSubAccess from(Map<String, String> environment) {
    String pubSub = environment.getOrDefault(EMULATOR, "").strip();
    String storage = environment.getOrDefault(STORAGE_EMULATOR, "").strip();
    return new PubSubAccess(
        pubSub.isEmpty() ? null : new Endpoint(pubSub.replaceFirst("^https?://", ""), true),
        storage.isEmpty() ? null : storage.contains("://") ? storage : "http://" + storage);
  }

  /** The same with another place for Cloud Storage. */
  public PubSubAccess withStorage(String url) {
    return new PubSubAccess(pubSub, url);
  }

  /** Whether Pub/Sub is an emulator, which asks for no credentials. */
  public boolean isEmulated() {
    return pubSub != null && pubSub.plaintext();
  }

  /** The address of Pub/Sub where it is not Google's usual one, for people. */
  Optional<String> address() {
    return Optional.ofNullable(pubSub).map(Endpoint::address);
  }

  InstantiatingGrpcChannelProvider.Builder channels() {
    InstantiatingGrpcChannelProvider.Builder builder =
        TopicAdminSettings.defaultGrpcTransportProviderBuilder()
            .setMaxInboundMessageSize(INBOUND_BYTES);
    if (pubSub != null) {
      builder.setEndpoint(pubSub.address());
    }
    if (isEmulated()) {
      builder.setChannelConfigurator(ManagedChannelBuilder::usePlaintext);
    }
    return builder;
  }

  CredentialsProvider credentials() {
    return isEmulated()
        ? NoCredentialsProvider.create()
        : TopicAdminSettings.defaultCredentialsProviderBuilder().build();
  }
}
