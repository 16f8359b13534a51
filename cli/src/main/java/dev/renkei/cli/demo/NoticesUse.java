package dev.renkei.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.UseProof;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** "Tell me when one piece is left" (slide 7): signed calls to somebody who listens. */
final class NoticesUse implements Use {
  /** One piece is left of what there were more of, by the log of what the warehouse has taken. */
  private static final String CROSSINGS =
      """
      SELECT _message_id FROM (
        SELECT _message_id, _type, Quantity,
               lag(Quantity) OVER (PARTITION BY _key ORDER BY _sequence) AS before
        FROM dbo.Stock_changes)
      WHERE _type <> 'D' AND Quantity = 1 AND before > 1
      """;

  private final String secret;
  private final NoticeBoard board;

  private NoticesUse(String secret, NoticeBoard board) {
    this.secret = secret;
    this.board = board;
  }

  static NoticesUse open() throws IOException {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    String secret = "whsec_" + Base64.getEncoder().encodeToString(key);
    return new NoticesUse(secret, NoticeBoard.open(secret));
  }

  @Override
  public String configuration(DemoFolder folder) throws IOException {
    folder.writeSecret("notices", secret);
    return """
        rules:
          one_left:
            from: dbo.Stock
            when: "row.Quantity == 1 && before.Quantity > 1"
            to: {webhook: "%s", secret: "${file:notices}"}
        """
        .formatted(board.url());
  }

  @Override
  public String live(Node node, Warehouse warehouse) {
    JsonNode newest = board.newest();
    return "one left  %s notices at a webhook%s"
        .formatted(
            DemoView.grouped(board.notices().size()),
            newest == null ? "" : ", the last about " + newest.path("key"));
  }

  @Override
  public void awaitDone(Node node, Warehouse warehouse, long untilNanos)
      throws WarehouseException, HubException, InterruptedException, TimeoutException {
    Set<String> expected = Rows.texts(warehouse, CROSSINGS);
    Patience.await(untilNanos, "not all notices have come", () -> told().containsAll(expected));
  }

  /** The changes that somebody was told of. */
  private Set<String> told() {
    Set<String> told = new HashSet<>();
    board.notices().values().forEach(notice -> told.add(notice.path("change").path("id").asText()));
    return told;
  }

  @Override
  public List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException {
    Set<String> expected = Rows.texts(warehouse, CROSSINGS);
    Set<String> told = told();
    Findings found = new Findings();
    expected.stream()
        .filter(change -> !told.contains(change))
        .forEach(change -> found.add("nobody was told of " + change));
    told.stream()
        .filter(change -> !expected.contains(change))
        .forEach(change -> found.add("told of " + change + ", which is no such change"));
    if (board.notices().size() != told.size()) {
      found.add("%d notices of %d changes".formatted(board.notices().size(), told.size()));
    }
    List<JsonNode> wrong = new ArrayList<>();
    board.notices().values().stream()
        .filter(
            notice ->
                notice.path("row").path("Quantity").asInt() != 1
                    || notice.path("before").path("Quantity").asInt() <= 1)
        .forEach(wrong::add);
    wrong.forEach(notice -> found.add("a notice of another quantity: " + notice.path("key")));
    if (board.refused() > 0) {
      found.add("%d calls were not signed as they must be".formatted(board.refused()));
    }
    return List.of(
        found.proof(
            "one left",
            "%s signed notices, each once, as the log of stock says"
                .formatted(DemoView.grouped(expected.size())),
            Math.max(expected.size(), 1)));
  }

  @Override
  public void close() {
    board.close();
  }
}
