package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.HubException;
import java.util.Optional;

/** An object for each subject: whoever makes it has claimed it. */
public final class StateClaims implements ClaimStore {
  private static final String FOLDER = "claims/";

  private final StateStore store;

  public StateClaims(StateStore store) {
    this.store = store;
  }

  @Override
  public Claim claim(String subject, String claimant, String content)
      throws HubException, InterruptedException {
    ObjectNode document = Documents.empty();
    document.put("subject", subject).put("claimant", claimant).put("content", content);
    byte[] bytes = Documents.write(document);
    while (true) {
      Optional<Claim> holder = holder(subject);
      if (holder.isPresent()) {
        return holder.get();
      }
      if (store.write(name(subject), bytes, StateStore.ABSENT).isPresent()) {
        return new Claim(subject, claimant, content);
      }
    }
  }

  @Override
  public Optional<Claim> holder(String subject) throws HubException, InterruptedException {
    String name = name(subject);
    Optional<StateStore.Entry> entry = store.read(name);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    JsonNode document = Documents.read(store, name, entry.get().content());
    return Optional.of(
        new Claim(
            document.path("subject").asText(),
            document.path("claimant").asText(),
            document.path("content").asText()));
  }

  private static String name(String subject) {
    return FOLDER + ObjectName.of(subject);
  }
}
