package dev.renkei.warehouse.bigquery;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.googleapis.services.AbstractGoogleClientRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.InputStreamContent;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.model.DataFormatOptions;
import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.GetQueryResultsResponse;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationQuery;
import com.google.api.services.bigquery.model.JobReference;
import com.google.api.services.bigquery.model.JobStatistics2;
import com.google.api.services.bigquery.model.QueryRequest;
import com.google.api.services.bigquery.model.QueryResponse;
import com.google.api.services.bigquery.model.Routine;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.api.services.bigquery.model.TestIamPermissionsRequest;
import com.google.api.services.bigquery.model.TestIamPermissionsResponse;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The REST calls that this warehouse makes, each tried again inside its bounds, but for those of
 * load jobs. Thread-safe.
 */
final class Rest {
  /** Rows that are asked for at a time. */
  static final long PAGE_ROWS = 10_000;

  private static final String ROOT = "https://bigquery.googleapis.com";
  private static final long WAIT_MILLIS = 10_000;
  private static final int PRECONDITION_FAILED = 412;
  private static final int SOCKET_MILLIS = 60_000;

  private final WarehouseConfig.BigQuery config;
  private final Duration patience;
  private final Sentences sentences;
  private final Bigquery client;

  /**
   * @param credentials null for a server that wants none
   */
  Rest(WarehouseConfig.BigQuery config, Duration patience, @Nullable Credentials credentials) {
    this.config = config;
    this.patience = patience;
    this.sentences = new Sentences(config);
    HttpRequestInitializer signed =
        credentials == null ? request -> {} : new HttpCredentialsAdapter(credentials);
    WarehouseConfig.BigQuery.Endpoint endpoint = config.endpoint();
    this.client =
        new Bigquery.Builder(
                new NetHttpTransport(),
                GsonFactory.getDefaultInstance(),
                request -> {
                  signed.initialize(request);
                  request.setConnectTimeout(SOCKET_MILLIS);
                  request.setReadTimeout(SOCKET_MILLIS);
                })
            .setApplicationName("renkei")
            .setRootUrl(endpoint == null ? ROOT + "/" : slashed(endpoint.rest()))
            .build();
  }

  private static String slashed(String root) {
    return root.endsWith("/") ? root : root + "/";
  }

  private interface Call<T> {
    AbstractGoogleClientRequest<T> request() throws IOException;
  }

  /** The answer; null where there is none, or where what was to be made is there already. */
  private <T> @Nullable T ask(String what, Call<T> call) throws WarehouseException {
    Patience left = new Patience(patience);
    while (true) {
      try {
        return call.request().execute();
      } catch (IOException e) {
        Fault fault = Fault.ofRest(e);
        if (fault instanceof Fault.Missing || fault instanceof Fault.Done) {
          return null;
        }
        try {
          if (!(fault instanceof Fault.Passing) || !left.pause()) {
            throw sentences.of(what, fault, e);
          }
        } catch (InterruptedException interrupted) {
          throw sentences.interrupted(what);
        }
      }
    }
  }

  @Nullable Dataset dataset() throws WarehouseException {
    return ask(
        "the dataset cannot be read",
        () -> client.datasets().get(config.project(), config.dataset()));
  }

  void insert(Dataset dataset) throws WarehouseException {
    ask("the dataset cannot be made", () -> client.datasets().insert(config.project(), dataset));
  }

  @Nullable Table table(String id) throws WarehouseException {
    return ask(
        id + " cannot be read", () -> client.tables().get(config.project(), config.dataset(), id));
  }

  /** Which of these this account has on a table. */
  List<String> permissions(String id, List<String> asked) throws WarehouseException {
    TestIamPermissionsResponse answer =
        ask(
            "rights on " + id + " cannot be asked for",
            () ->
                client
                    .tables()
                    .testIamPermissions(
                        "projects/%s/datasets/%s/tables/%s"
                            .formatted(config.project(), config.dataset(), id),
                        new TestIamPermissionsRequest().setPermissions(asked)));
    return answer == null || answer.getPermissions() == null ? List.of() : answer.getPermissions();
  }

  /** Null where it is there already. */
  @Nullable Table insert(Table table) throws WarehouseException {
    return ask(
        table.getTableReference().getTableId() + " cannot be made",
        () -> client.tables().insert(config.project(), config.dataset(), table));
  }

  /**
   * Changes what the patch names.
   *
   * @param etag of the table as it was read; null to change it whatever it is
   */
  @Nullable Table patch(String id, Table patch, @Nullable String etag) throws WarehouseException {
    return ask(
        id + " cannot be altered",
        () -> {
          Bigquery.Tables.Patch request =
              client.tables().patch(config.project(), config.dataset(), id, patch);
          if (etag != null) {
            request.getRequestHeaders().setIfMatch(etag);
          }
          return request;
        });
  }

  @Nullable Routine routine(String id) throws WarehouseException {
    return ask(
        id + " cannot be read",
        () -> client.routines().get(config.project(), config.dataset(), id));
  }

  void insert(Routine routine) throws WarehouseException {
    ask(
        routine.getRoutineReference().getRoutineId() + " cannot be made",
        () -> client.routines().insert(config.project(), config.dataset(), routine));
  }

  void update(String id, Routine routine) throws WarehouseException {
    ask(
        id + " cannot be altered",
        () -> client.routines().update(config.project(), config.dataset(), id, routine));
  }

  /**
   * What kind of statement a text is, by a run that reads nothing.
   *
   * @return for example {@code SELECT}
   */
  String statementType(String sql) throws WarehouseException {
    Job job =
        new Job()
            .setJobReference(
                new JobReference().setProjectId(config.project()).setLocation(config.location()))
            .setConfiguration(
                new JobConfiguration()
                    .setDryRun(true)
                    .setQuery(
                        new JobConfigurationQuery()
                            .setQuery(sql)
                            .setUseLegacySql(false)
                            .setDefaultDataset(defaultDataset())));
    Job answer = ask("the query cannot be read", () -> client.jobs().insert(config.project(), job));
    JobStatistics2 statistics =
        answer == null || answer.getStatistics() == null ? null : answer.getStatistics().getQuery();
    String type = statistics == null ? null : statistics.getStatementType();
    return type == null ? "" : type;
  }

  private com.google.api.services.bigquery.model.DatasetReference defaultDataset() {
    return new com.google.api.services.bigquery.model.DatasetReference()
        .setProjectId(config.project())
        .setDatasetId(config.dataset());
  }

  /**
   * Uploads what a load job is to load, and begins it; once.
   *
   * @param media what there is to load, gzipped or not
   */
  Job load(Job job, InputStream media) throws IOException {
    Bigquery.Jobs.Insert request =
        client
            .jobs()
            .insert(
                config.project(),
                job,
                new InputStreamContent("application/octet-stream", media)
                    .setCloseInputStream(true));
    request.setDisableGZipContent(true);
    return request.execute();
  }

  /** How a job stands; asked once. */
  Job job(String id) throws IOException {
    return client.jobs().get(config.project(), id).setLocation(config.location()).execute();
  }

  /** Takes one page of an answer after the other. */
  interface Pages {
    /** False where no further page is wanted. */
    boolean take(TableSchema schema, List<TableRow> rows) throws WarehouseException;
  }

  /**
   * Runs a query to its end.
   *
   * @param bytesBilled the most that it may cost; null for any
   */
  void query(String what, String sql, long pageRows, @Nullable Long bytesBilled, Pages pages)
      throws WarehouseException {
    QueryRequest request =
        new QueryRequest()
            .setQuery(sql)
            .setUseLegacySql(false)
            .setDefaultDataset(defaultDataset())
            .setLocation(config.location())
            .setMaxResults(pageRows)
            .setTimeoutMs(WAIT_MILLIS)
            .setUseQueryCache(false)
            .setMaximumBytesBilled(bytesBilled)
            .setRequestId(UUID.randomUUID().toString())
            .setFormatOptions(new DataFormatOptions().setUseInt64Timestamp(true));
    QueryResponse first = ask(what, () -> client.jobs().query(config.project(), request));
    if (first == null) {
      throw missing(what);
    }
    TableSchema schema = first.getSchema();
    String page = first.getPageToken();
    boolean done = Boolean.TRUE.equals(first.getJobComplete());
    boolean more =
        !done || schema == null || pages.take(schema, rowsOf(first.getRows())) && page != null;
    while (more && (!done || page != null)) {
      GetQueryResultsResponse next = results(what, first.getJobReference(), pageRows, page);
      done = Boolean.TRUE.equals(next.getJobComplete());
      if (done) {
        page = next.getPageToken();
        more = next.getSchema() == null || pages.take(next.getSchema(), rowsOf(next.getRows()));
      }
    }
  }

  private GetQueryResultsResponse results(
      String what, JobReference job, long pageRows, @Nullable String page)
      throws WarehouseException {
    GetQueryResultsResponse next =
        ask(
            what,
            () ->
                client
                    .jobs()
                    .getQueryResults(config.project(), job.getJobId())
                    .setLocation(config.location())
                    .setMaxResults(pageRows)
                    .setTimeoutMs(WAIT_MILLIS)
                    .setFormatOptionsUseInt64Timestamp(true)
                    .setPageToken(page));
    if (next == null) {
      throw missing(what);
    }
    return next;
  }

  /** Whether somebody else changed what was to be changed since it was read. */
  static boolean isPrecondition(WarehouseException failure) {
    return failure.getCause() instanceof GoogleJsonResponseException answer
        && answer.getStatusCode() == PRECONDITION_FAILED;
  }

  private static List<TableRow> rowsOf(@Nullable List<TableRow> rows) {
    return rows == null ? List.of() : rows;
  }

  private WarehouseException missing(String what) {
    return sentences.of(
        what,
        new Fault.Missing("a table, a dataset or a job of this name and location is not found"),
        new IOException("not found"));
  }
}
