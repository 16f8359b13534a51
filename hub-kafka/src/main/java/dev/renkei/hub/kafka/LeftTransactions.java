package dev.renkei.hub.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
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
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open transactions of processes that are no longer members of their group. Every committed
 * reader waits for them, up to the transaction's timeout: whoever takes over ends them instead, and
 * fences whoever had begun them.
 */
final class LeftTransactions {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int UUID_LENGTH = 36;
  private static final Logger log = LoggerFactory.getLogger(LeftTransactions.class);

  private final Admin admin;
  private final String group;
  private final Owners owners;

  /** Tells whose a transaction is. */
  interface Owners {
    /** The process that begins transactions under this id; empty where it is none of the group. */
    Optional<String> ofTransaction(String id);

    /** Empty where that cannot be told; then no transaction is touched. */
    Optional<String> ofMember(MemberDescription member);
  }

  private LeftTransactions(Admin admin, String group, Owners owners) {
    this.admin = admin;
    this.group = group;
    this.owners = owners;
  }

  /** Those of trackers that share the tables. */
  static LeftTransactions ofTrackers(Admin admin, Topics topics) {
    String prefix = topics.transaction("");
    return new LeftTransactions(
        admin,
        topics.trackerGroup(),
        new Owners() {
          @Override
          public Optional<String> ofTransaction(String id) {
            return behind(prefix, id);
          }

          @Override
          public Optional<String> ofMember(MemberDescription member) {
            return member.groupInstanceId();
          }
        });
  }

  /**
   * Those of processes of one Kafka Streams application, whose threads all begin with the process's
   * id: {@code application-UUID-1}.
   */
  static LeftTransactions ofStreams(Admin admin, String application) {
    return new LeftTransactions(
        admin,
        application,
        new Owners() {
          @Override
          public Optional<String> ofTransaction(String id) {
            return process(id);
          }

          @Override
          public Optional<String> ofMember(MemberDescription member) {
            return process(member.clientId());
          }

          private Optional<String> process(String id) {
            return behind(application + "-", id)
                .filter(rest -> rest.length() > UUID_LENGTH)
                .map(rest -> rest.substring(0, UUID_LENGTH));
          }
        });
  }

  private static Optional<String> behind(String prefix, String id) {
    return id.startsWith(prefix) ? Optional.of(id.substring(prefix.length())) : Optional.empty();
  }

  /** Ends them, as far as the cluster lets us; else they end by themselves, later. */
  void end() {
    try {
      Set<String> open = open();
      Set<String> left = open.isEmpty() ? open : leftBy(members(), open);
      if (!left.isEmpty()) {
        admin
            .fenceProducers(left, new FenceProducersOptions().timeoutMs((int) PATIENCE.toMillis()))
            .all()
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        log.atInfo()
            .addKeyValue("transactions", left)
            .log("ended what processes that are gone had left open");
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      log.atWarn()
          .addKeyValue("group", group)
          .addKeyValue("reason", e.getMessage())
          .log("open transactions of processes that are gone end by their timeout only");
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
        .filter(id -> owners.ofTransaction(id).isPresent())
        .collect(Collectors.toSet());
  }

  private Collection<MemberDescription> members()
      throws ExecutionException, TimeoutException, InterruptedException {
    return java.util.Objects.requireNonNull(
            admin
                .describeConsumerGroups(Set.of(group))
                .all()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .get(group))
        .members();
  }

  private Set<String> leftBy(Collection<MemberDescription> members, Set<String> open) {
    Set<String> living = new HashSet<>();
    for (MemberDescription member : members) {
      Optional<String> name = owners.ofMember(member);
      if (name.isEmpty()) {
        return Set.of();
      }
      living.add(name.get());
    }
    return open.stream()
        .filter(id -> owners.ofTransaction(id).filter(living::contains).isEmpty())
        .collect(Collectors.toSet());
  }
}
