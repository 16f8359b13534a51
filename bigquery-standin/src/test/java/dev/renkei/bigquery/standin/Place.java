package dev.renkei.bigquery.standin;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.PrimaryKey;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableConstraints;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import com.google.cloud.bigquery.TableResult;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A data set of its own with Google's clients for it: in the stand-in, or in the project that
 * {@code RENKEI_BIGQUERY_PROJECT} names.
 */
final class Place implements AutoCloseable {
  static final String REAL_PROJECT = "RENKEI_BIGQUERY_PROJECT";

  /** The client tells each connection's life at INFO. */
  private static final Logger CLIENT = Logger.getLogger("com.google.cloud.bigquery.storage");

  final String project;
  final String dataset = "standin_" + UUID.randomUUID().toString().replace("-", "");
  final BigQuery bigQuery;
  final BigQueryWriteClient writing;
  private final @Nullable BigQueryStandIn standIn;

  private Place(
      String project,
      BigQuery bigQuery,
      BigQueryWriteClient writing,
      @Nullable BigQueryStandIn standIn) {
    this.project = project;
    this.bigQuery = bigQuery;
    this.writing = writing;
    this.standIn = standIn;
    CLIENT.setLevel(Level.SEVERE);
    bigQuery.create(DatasetInfo.newBuilder(dataset).setLocation("US").build());
  }

  static Place inTheStandIn() throws IOException {
    return in(BigQueryStandIn.start());
  }

  static Place in(BigQueryStandIn standIn) throws IOException {
    return of(standIn.restUrl(), standIn.storageAddress(), standIn);
  }

  /** In a stand-in that is another process. */
  static Place at(String restUrl, String storageAddress) throws IOException {
    return of(restUrl, storageAddress, null);
  }

  private static Place of(String restUrl, String storageAddress, @Nullable BigQueryStandIn standIn)
      throws IOException {
    BigQuery bigQuery =
        BigQueryOptions.newBuilder()
            .setHost(restUrl)
            .setProjectId("p")
            .setCredentials(NoCredentials.getInstance())
            .build()
            .getService();
    BigQueryWriteClient writing =
        BigQueryWriteClient.create(
            BigQueryWriteSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    InstantiatingGrpcChannelProvider.newBuilder()
                        .setEndpoint(storageAddress)
                        .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                        .build())
                .build());
    return new Place("p", bigQuery, writing, standIn);
  }

  static Place inGoogleCloud() throws IOException {
    String project = String.valueOf(System.getenv(REAL_PROJECT));
    return new Place(
        project,
        BigQueryOptions.newBuilder().setProjectId(project).build().getService(),
        BigQueryWriteClient.create(),
        null);
  }

  BigQueryStandIn standIn() {
    if (standIn == null) {
      throw new IllegalStateException("this test needs the stand-in");
    }
    return standIn;
  }

  /** Back-quoted. */
  String name(String table) {
    return "`" + project + "." + dataset + "." + table + "`";
  }

  String path(String table) {
    return "projects/" + project + "/datasets/" + dataset + "/tables/" + table;
  }

  void table(String name, List<String> key, Field... columns) {
    StandardTableDefinition.Builder table =
        StandardTableDefinition.newBuilder().setSchema(Schema.of(columns));
    if (!key.isEmpty()) {
      table.setTableConstraints(
          TableConstraints.newBuilder()
              .setPrimaryKey(PrimaryKey.newBuilder().setColumns(key).build())
              .build());
    }
    bigQuery.create(TableInfo.of(TableId.of(dataset, name), table.build()));
  }

  TableResult run(String sql) throws InterruptedException {
    return bigQuery.query(QueryJobConfiguration.newBuilder(sql).build());
  }

  /** Each row's values as text, divided by bars. */
  List<String> rows(String sql) throws InterruptedException {
    List<String> rows = new ArrayList<>();
    for (FieldValueList row : run(sql).iterateAll()) {
      List<String> values = new ArrayList<>();
      row.forEach(v -> values.add(v.isNull() ? "NULL" : String.valueOf(v.getValue())));
      rows.add(String.join("|", values));
    }
    return rows;
  }

  @Override
  public void close() {
    if (System.getenv(REAL_PROJECT) != null && project.equals(System.getenv(REAL_PROJECT))) {
      bigQuery.delete(
          DatasetId.of(project, dataset), BigQuery.DatasetDeleteOption.deleteContents());
    }
    writing.close();
    if (standIn != null) {
      standIn.close();
    }
  }
}
