package dev.renkei.server;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Comparing warehouses with their source, from several threads at once. */
public interface Verifications {
  /** Where nothing is loaded. */
  Verifications NONE =
      new Verifications() {
        @Override
        public VerifyRun begin(List<String> tables, @Nullable String warehouse, boolean repair) {
          throw new IllegalArgumentException(
              "this process loads no warehouse; ask the one that does (`renkei up` or `renkei load`)");
        }

        @Override
        public Optional<VerifyRun> run(long number) {
          return Optional.empty();
        }
      };

  /**
   * Begins a comparison, or puts it behind those that run.
   *
   * @param tables empty for all
   * @param warehouse null for all that are loaded here
   * @param repair whether tables that differ are to be loaded again
   * @throws IllegalArgumentException where there is no such table or warehouse; the message goes to
   *     the caller
   * @throws ServerException where it cannot be begun now
   */
  VerifyRun begin(List<String> tables, @Nullable String warehouse, boolean repair)
      throws ServerException, InterruptedException;

  /** One that was begun; empty where it is not known any more. */
  Optional<VerifyRun> run(long number);
}
