package dev.renkei.bigquery.standin;

import dev.renkei.bigquery.standin.rest.RestServer;
import dev.renkei.bigquery.standin.rest.Result;
import dev.renkei.bigquery.standin.rest.Runner;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.write.WriteService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running stand-in. Thread-safe.
 *
 * <p>{@code BigQueryOptions.setHost(restUrl())} and a plaintext channel to {@link #storageAddress}
 * lead Google's own clients here; credentials are not looked at.
 */
public final class BigQueryStandIn implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 64 << 20;

  private final Store store;
  private final RestServer rest;
  private final Server storage;
  private final Runner runner;
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();

  private BigQueryStandIn(Builder options) throws IOException {
    store = Store.open(options.folder);
    runner = new Runner(store);
    rest = new RestServer(store, options.location, options.restPort, faults.gate(log));
    storage = storage(options);
  }

  private Server storage(Builder options) throws IOException {
    return io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder.forAddress(
            new java.net.InetSocketAddress("127.0.0.1", options.storagePort),
            InsecureServerCredentials.create())
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .permitKeepAliveWithoutCalls(true)
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .addService(new WriteService(store, options.location, faults.weather(log)))
        .build()
        .start();
  }

  /** In memory, on free ports. */
  public static BigQueryStandIn start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What a stand-in starts with; every setting has a default. */
  public static final class Builder {
    private int restPort;
    private int storagePort;
    private String location = "US";
    private @Nullable Path folder;

    private Builder() {}

    /** 0, the default, is any free port. */
    public Builder restPort(int port) {
      restPort = port;
      return this;
    }

    /** 0, the default, is any free port. */
    public Builder storagePort(int port) {
      storagePort = port;
      return this;
    }

    /** Of data sets that name none; {@code US} unless told. */
    public Builder location(String where) {
      location = where;
      return this;
    }

    /** Where everything survives the process; in memory unless told. One process at a time. */
    public Builder folder(Path where) {
      folder = where;
      return this;
    }

    public BigQueryStandIn start() {
      try {
        return new BigQueryStandIn(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Such as {@code http://127.0.0.1:41234}. */
  public String restUrl() {
    return rest.url();
  }

  /** Such as {@code 127.0.0.1:41235}; plaintext gRPC. */
  public String storageAddress() {
    return "127.0.0.1:" + storage.getPort();
  }

  public Faults faults() {
    return faults;
  }

  public RequestLog log() {
    return log;
  }

  /**
   * A table's or view's rows, in no order.
   *
   * @param table {@code project.dataset.table}
   * @return values as BigQuery's JSON tells them, timestamps in ISO 8601; NULL as null
   */
  public List<Map<String, @Nullable Object>> rows(String table) {
    return query("SELECT * FROM `" + table + "`");
  }

  /** A query in GoogleSQL; names begin with their project. Values as {@link #rows} tells them. */
  public List<Map<String, @Nullable Object>> query(String sql) {
    Result result = runner.run(sql, "", null, Map.of()).result();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (@Nullable Object[] values : result.rows()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      for (int at = 0; at < values.length; at++) {
        Object value = values[at];
        row.put(
            result.fields().get(at).name(), value instanceof Instant ? value.toString() : value);
      }
      rows.add(row);
    }
    return rows;
  }

  @Override
  public void close() {
    storage.shutdownNow();
    rest.close();
    try {
      storage.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
