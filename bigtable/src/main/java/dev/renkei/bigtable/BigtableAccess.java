package dev.renkei.bigtable;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.bigtable.admin.v2.BigtableTableAdminClient;
import com.google.cloud.bigtable.admin.v2.BigtableTableAdminSettings;
import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.BigtableDataSettings;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.BigtableConfig.Endpoint;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where Bigtable is: Google's own, or an emulator. */
public final class BigtableAccess {
  static final String EMULATOR = "BIGTABLE_EMULATOR_HOST";

  private BigtableAccess() {}

  /** The endpoint that the configuration names, else the environment's; null for Google's. */
  static @Nullable Endpoint endpoint(BigtableConfig config, Map<String, String> environment) {
    if (config.endpoint() != null) {
      return config.endpoint();
    }
    String emulator = environment.getOrDefault(EMULATOR, "").strip();
    return emulator.isEmpty() ? null : new Endpoint(emulator, true);
  }

  /** The same with the endpoint that counts, for processes that have another environment. */
  public static BigtableConfig resolved(BigtableConfig config, Map<String, String> environment) {
    return new BigtableConfig(
        config.project(), config.instance(), config.table(), endpoint(config, environment));
  }

  static BigtableDataClient data(BigtableConfig config) throws BigtableException {
    @Nullable Endpoint endpoint = endpoint(config, System.getenv());
    BigtableDataSettings.Builder settings =
        endpoint != null && endpoint.plaintext()
            ? BigtableDataSettings.newBuilderForEmulator(host(endpoint), port(endpoint))
            : BigtableDataSettings.newBuilder();
    settings.setProjectId(config.project()).setInstanceId(config.instance());
    if (endpoint != null && !endpoint.plaintext()) {
      settings.stubSettings().setEndpoint(endpoint.address());
    }
    try {
      return BigtableDataClient.create(settings.build());
    } catch (IOException e) {
      throw unreachable(config, e);
    }
  }

  static BigtableTableAdminClient admin(BigtableConfig config) throws BigtableException {
    @Nullable Endpoint endpoint = endpoint(config, System.getenv());
    BigtableTableAdminSettings.Builder settings =
        BigtableTableAdminSettings.newBuilder()
            .setProjectId(config.project())
            .setInstanceId(config.instance());
    // An endpoint of the data does not serve the administration.
    if (endpoint != null && endpoint.plaintext()) {
      settings
          .stubSettings()
          .setEndpoint(endpoint.address())
          .setCredentialsProvider(NoCredentialsProvider.create())
          .setTransportChannelProvider(
              InstantiatingGrpcChannelProvider.newBuilder()
                  .setEndpoint(endpoint.address())
                  .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                  .build());
    }
    try {
      return BigtableTableAdminClient.create(settings.build());
    } catch (IOException e) {
      throw unreachable(config, e);
    }
  }

  static BigtableException unreachable(BigtableConfig config, IOException e) {
    return new BigtableException(
        "%s: no client for Bigtable (%s). Check the credentials of this process."
            .formatted(config.wholeName(), e.getMessage()),
        e);
  }

  static BigtableException failed(BigtableConfig config, ApiException e) {
    return new BigtableException(
        "%s: Bigtable says %s. %s"
            .formatted(
                config.wholeName(),
                e.getStatusCode().getCode(),
                switch (e.getStatusCode().getCode()) {
                  case NOT_FOUND ->
                      "Make the instance, or correct `bigtable.project` and `bigtable.instance`.";
                  case PERMISSION_DENIED, UNAUTHENTICATED ->
                      "Give this account roles/bigtable.user; to make the table, roles/bigtable.admin once.";
                  default -> "It is tried again with the next start.";
                }),
        e);
  }

  private static String host(Endpoint endpoint) {
    return endpoint.address().substring(0, endpoint.address().lastIndexOf(':'));
  }

  private static int port(Endpoint endpoint) {
    return Integer.parseInt(endpoint.address().substring(endpoint.address().lastIndexOf(':') + 1));
  }
}
