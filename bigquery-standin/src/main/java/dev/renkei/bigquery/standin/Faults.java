package dev.renkei.bigquery.standin;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import dev.renkei.bigquery.standin.rest.RestServer;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.TableName;
import dev.renkei.bigquery.standin.write.AppendFault;
import dev.renkei.bigquery.standin.write.WriteService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Faults on demand; nothing goes wrong without it. Thread-safe. */
public final class Faults {
  private final List<Planned<AppendFault>> appends = new CopyOnWriteArrayList<>();
  private final List<Planned<ApiException>> calls = new CopyOnWriteArrayList<>();
  private final List<Planned<Boolean>> answers = new CopyOnWriteArrayList<>();
  private final List<Planned<ApiException>> loads = new CopyOnWriteArrayList<>();
  private final AtomicInteger holds = new AtomicInteger();
  private final List<BiFunction<String, Map<String, Object>, String>> judges =
      new CopyOnWriteArrayList<>();

  Faults() {}

  /** Takes back what it was got for. */
  public interface Switch extends AutoCloseable {
    @Override
    void close();
  }

  private record Planned<T>(Predicate<String> where, AtomicInteger left, T fault) {
    /** Whether it befalls this request; counts it if so. */
    boolean befalls(String what) {
      return where.test(what) && left.getAndUpdate(n -> n > 0 ? n - 1 : 0) > 0;
    }
  }

  /** The next {@code times} appends, to whatever table. */
  public Switch onAppend(AppendFault fault, int times) {
    return onAppend(stream -> true, fault, times);
  }

  /** Every append until the switch is closed. */
  public Switch onAppend(AppendFault fault) {
    return onAppend(fault, Integer.MAX_VALUE);
  }

  /**
   * @param streams tested with the stream's name, such as {@code
   *     projects/p/datasets/d/tables/t/_default}
   */
  public Switch onAppend(Predicate<String> streams, AppendFault fault, int times) {
    Planned<AppendFault> planned = new Planned<>(streams, new AtomicInteger(times), fault);
    appends.add(planned);
    return () -> appends.remove(planned);
  }

  /**
   * Fails REST calls, and calls of the write API that are no appends, with an HTTP status and a
   * reason.
   *
   * @param calls tested with method and path, such as {@code POST /bigquery/v2/projects/p/queries},
   *     or {@code CreateWriteStream projects/...}
   * @param reason such as {@code backendError} (503), {@code rateLimitExceeded} or {@code
   *     accessDenied} (403)
   */
  public Switch onCall(Predicate<String> calls, int code, String reason, int times) {
    Planned<ApiException> planned =
        new Planned<>(
            calls, new AtomicInteger(times), new ApiException(code, reason, sentence(reason)));
    this.calls.add(planned);
    return () -> this.calls.remove(planned);
  }

  /**
   * Carries REST calls out and closes the connection instead of answering. The JDK's own HTTP
   * client sends a call again by itself, once.
   *
   * @param calls tested with method and path
   */
  public Switch loseAnswers(Predicate<String> calls, int times) {
    Planned<Boolean> planned = new Planned<>(calls, new AtomicInteger(times), true);
    answers.add(planned);
    return () -> answers.remove(planned);
  }

  /**
   * Ends the next load jobs with an error; they add nothing.
   *
   * @param reason such as {@code quotaExceeded}, {@code backendError} or {@code invalid}
   */
  public Switch failLoads(String reason, int times) {
    Planned<ApiException> planned =
        new Planned<>(
            job -> true, new AtomicInteger(times), new ApiException(400, reason, sentence(reason)));
    loads.add(planned);
    return () -> loads.remove(planned);
  }

  /** Load jobs run until the switch is closed, and are done when somebody then asks for them. */
  public Switch holdLoads() {
    holds.incrementAndGet();
    return holds::decrementAndGet;
  }

  private static String sentence(String reason) {
    switch (reason) {
      case "quotaExceeded":
        return "Quota exceeded: Your table exceeded quota for imports or query appends per table.";
      case "rateLimitExceeded":
        return "Exceeded rate limits: too many api requests per user per method for this"
            + " user_method.";
      case "accessDenied":
        return "Access Denied: the stand-in was told to refuse.";
      case "backendError":
        return "Visibility check was unavailable. Please retry the request and contact support if"
            + " the problem persists";
      default:
        return "The stand-in was told to fail with " + reason + ".";
    }
  }

  /** Denies everything until the switch is closed: appends, streams and REST. */
  public Switch denyAll() {
    Switch appending = onAppend(AppendFault.PERMISSION_DENIED);
    Switch calling = onCall(call -> true, 403, "accessDenied", Integer.MAX_VALUE);
    return () -> {
      appending.close();
      calling.close();
    };
  }

  /**
   * Refuses rows until the switch is closed; the whole request, or load job, is refused with them.
   *
   * @param judge gets {@code dataset.table} and the row without its NULLs, by column name; returns
   *     what is wrong or an empty text
   */
  public Switch refuseRows(BiFunction<String, Map<String, Object>, String> judge) {
    judges.add(judge);
    return () -> judges.remove(judge);
  }

  /** Everything is well again. */
  public void clear() {
    appends.clear();
    calls.clear();
    answers.clear();
    judges.clear();
    loads.clear();
    holds.set(0);
  }

  /** As the REST server asks, every call noted in the log first. */
  RestServer.Gate gate(RequestLog log) {
    return new RestServer.Gate() {
      @Override
      public void before(String call) {
        log.add(call, 0);
        Faults.this.call(call);
      }

      @Override
      public boolean losesAnswer(String call) {
        return answers.stream().anyMatch(planned -> planned.befalls(call));
      }

      @Override
      public void beforeLoad() {
        for (Planned<ApiException> planned : loads) {
          if (planned.befalls("")) {
            throw planned.fault();
          }
        }
      }

      @Override
      public boolean holdsLoads() {
        return holds.get() > 0;
      }

      @Override
      public String judge(TableName table, Map<String, Object> row) {
        return Faults.this.judge(table, row);
      }

      @Override
      public boolean judgesRows() {
        return !judges.isEmpty();
      }
    };
  }

  private String judge(TableName table, Map<String, Object> row) {
    String name = table.dataset() + "." + table.table();
    return judges.stream()
        .map(judge -> judge.apply(name, row))
        .filter(wrong -> !wrong.isEmpty())
        .findFirst()
        .orElse("");
  }

  private void call(String what) {
    for (Planned<ApiException> planned : calls) {
      if (planned.befalls(what)) {
        throw planned.fault();
      }
    }
  }

  /** As the write service asks, every request noted in the log first. */
  WriteService.Weather weather(RequestLog log) {
    return new WriteService.Weather() {
      @Override
      public AppendFault onAppend(String stream, AppendRowsRequest request) {
        log.add("AppendRows " + stream, request.getProtoRows().getRows().getSerializedRowsCount());
        return appends.stream()
            .filter(planned -> planned.befalls(stream))
            .findFirst()
            .map(Planned::fault)
            .orElse(AppendFault.NONE);
      }

      @Override
      public void onCall(String what) {
        log.add(what, 0);
        call(what);
      }

      @Override
      public String judge(TableName table, Map<String, Object> row) {
        return Faults.this.judge(table, row);
      }

      @Override
      public boolean judgesRows() {
        return !judges.isEmpty();
      }
    };
  }
}
