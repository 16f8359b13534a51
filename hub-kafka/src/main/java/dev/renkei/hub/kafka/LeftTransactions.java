package dev.renkei.hub.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open transactions of trackers that are no longer members of their group. Every committed
 * reader waits for them, up to the transaction's timeout: whoever takes over ends them instead, and
 * fences whoever had begun them.
 */
final class LeftTransactions {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(LeftTransactions.class);

  private final Admin admin;
  private final Topics topics;
  private final String own;

  LeftTransactions(Admin admin, Topics topics, String tracker) {
    this.admin = admin;
    this.topics = topics;
    this.own = tracker;
  }

  /** Ends them, as far as the cluster lets us; else they end by themselves, later. */
  void end() {
    try {
      Set<String> open = open();
      if (open.isEmpty()) {
        return;
      }
      Set<String> left = leftBy(open, members());
      if (!left.isEmpty()) {
        admin
            .fenceProducers(left, new FenceProducersOptions().timeoutMs((int) PATIENCE.toMillis()))
            .all()
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        log.atInfo()
            .addKeyValue("transactions", left)
            .log("ended what trackers that are gone had left open");
      }
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("open transactions of trackers that are gone end by their timeout only");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<String> open() throws ExecutionException, TimeoutException, InterruptedException {
    Collection<TransactionListing> all =
        admin
            .listTransactions(
                new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
            .all()
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    return all.stream()
        .map(TransactionListing::transactionalId)
        .filter(id -> id.startsWith(topics.transaction("")))
        .collect(Collectors.toSet());
  }

  private Set<String> members() throws ExecutionException, TimeoutException, InterruptedException {
    return java.util.Objects.requireNonNull(
            admin
                .describeConsumerGroups(Set.of(topics.trackerGroup()))
                .all()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .get(topics.trackerGroup()))
        .members()
        .stream()
        .map(MemberDescription::groupInstanceId)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }

  private Set<String> leftBy(Set<String> open, Set<String> members) {
    return open.stream()
        .filter(id -> !id.equals(topics.transaction(own)))
        .filter(id -> !members.contains(id.substring(topics.transaction("").length())))
        .collect(Collectors.toSet());
  }
}
