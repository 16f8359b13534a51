package dev.renkei.warehouse.bigquery;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import dev.renkei.core.config.WarehouseConfig;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens clients of the Storage Write API, at the address that a configuration names. */
public final class WriteClients {
  private static final String SCOPE = "https://www.googleapis.com/auth/bigquery";

  private WriteClients() {}

  /**
   * A client with the credentials of this machine; with none for a server that wants none. Connects
   * nothing yet.
   *
   * @throws IOException where there are no credentials
   */
  public static BigQueryWriteClient open(WarehouseConfig.BigQuery config) throws IOException {
    return open(config, credentials(config));
  }

  /** Null for a server on loopback, which asks for none. */
  static @Nullable Credentials credentials(WarehouseConfig.BigQuery config) throws IOException {
    WarehouseConfig.BigQuery.Endpoint endpoint = config.endpoint();
    return endpoint != null && endpoint.plaintext()
        ? null
        : GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
  }

  static BigQueryWriteClient open(
      WarehouseConfig.BigQuery config, @Nullable Credentials credentials) throws IOException {
    BigQueryWriteSettings.Builder settings = BigQueryWriteSettings.newBuilder();
    settings.setCredentialsProvider(
        credentials == null
            ? NoCredentialsProvider.create()
            : FixedCredentialsProvider.create(credentials));
    WarehouseConfig.BigQuery.Endpoint endpoint = config.endpoint();
    if (endpoint != null) {
      InstantiatingGrpcChannelProvider.Builder channel =
          BigQueryWriteSettings.defaultGrpcTransportProviderBuilder()
              .setEndpoint(endpoint.storage());
      if (endpoint.plaintext()) {
        channel.setChannelConfigurator(ManagedChannelBuilder::usePlaintext);
      }
      settings.setTransportChannelProvider(channel.build());
    }
    return BigQueryWriteClient.create(settings.build());
  }
}
