package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandCodec;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.HubException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All commands that are held, numbered, in one object; a reader looks whether its generation has
 * changed, and keeps the number that it is done with in an object of its own.
 */
public final class StateCommands implements CommandLog {
  private static final Logger log = LoggerFactory.getLogger(StateCommands.class);
  private static final String NAME = "commands/log";
  private static final String READERS = "commands/readers/";

  private final StateStore store;
  private final Duration retention;
  private final Clock clock;

  public StateCommands(StateStore store, Duration retention, Clock clock) {
    this.store = store;
    this.retention = retention;
    this.clock = clock;
  }

  @Override
  public void send(Command command) throws HubException, InterruptedException {
    String id = UUID.randomUUID().toString();
    while (true) {
      Optional<StateStore.Entry> entry = store.read(NAME);
      ObjectNode document = Documents.empty();
      ArrayNode held = document.putArray("commands");
      long number = 1;
      if (entry.isPresent()) {
        JsonNode before = Documents.read(store, NAME, entry.get().content());
        number = before.path("next").asLong(1);
        for (JsonNode one : before.path("commands")) {
          if (id.equals(one.path("id").asText())) {
            return; // the answer to the write before was lost
          }
          if (isHeld(one)) {
            held.add(one);
          }
        }
      }
      ObjectNode added = held.addObject();
      added.put("number", number).put("id", id).put("given", clock.instant().toString());
      added.set("command", Documents.part(CommandCodec.write(command)));
      document.put("next", number + 1);
      long generation = entry.map(StateStore.Entry::generation).orElse(StateStore.ABSENT);
      if (store.write(NAME, Documents.write(document), generation).isPresent()) {
        return;
      }
    }
  }

  private boolean isHeld(JsonNode command) {
    try {
      return Instant.parse(command.path("given").asText())
          .isAfter(clock.instant().minus(retention));
    } catch (DateTimeException e) {
      return false;
    }
  }

  @Override
  public Follower follow(String reader) throws HubException, InterruptedException {
    String name = READERS + ObjectName.of(reader);
    Optional<StateStore.Entry> entry = store.read(name);
    long done =
        entry.isEmpty()
            ? 0
            : Documents.read(store, name, entry.get().content()).path("done").asLong();
    return new StateFollower(reader, name, done);
  }

  private final class StateFollower implements Follower {
    private final String reader;
    private final String position;
    private long done;
    private long read;
    private long seen = StateStore.ABSENT;
    private boolean looked;
    private long lookedNanos;

    StateFollower(String reader, String position, long done) {
      this.reader = reader;
      this.position = position;
      this.done = done;
      this.read = done;
    }

    @Override
    public List<Command> poll(Duration atMost) throws HubException, InterruptedException {
      long until = System.nanoTime() + atMost.toNanos();
      while (true) {
        long wait = looked ? lookedNanos + store.pollInterval().toNanos() - System.nanoTime() : 0;
        long left = until - System.nanoTime();
        if (wait > left) {
          TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
          return List.of();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
        List<Command> commands = look();
        if (!commands.isEmpty()) {
          return commands;
        }
      }
    }

    private List<Command> look() throws HubException, InterruptedException {
      long generation = store.generation(NAME);
      looked = true;
      lookedNanos = System.nanoTime();
      if (generation == seen) {
        return List.of();
      }
      List<Command> commands = new ArrayList<>();
      Optional<StateStore.Entry> entry = store.read(NAME);
      if (entry.isPresent()) {
        JsonNode document = Documents.read(store, NAME, entry.get().content());
        if (document.path("next").asLong() <= read) {
          read = 0; // the log was removed, and begins anew
        }
        for (JsonNode one : document.path("commands")) {
          long number = one.path("number").asLong();
          if (number > read) {
            read = number;
            if (isHeld(one)) {
              read(one).ifPresent(commands::add);
            }
          }
        }
      }
      seen = entry.map(StateStore.Entry::generation).orElse(StateStore.ABSENT);
      return List.copyOf(commands);
    }

    private Optional<Command> read(JsonNode one) {
      try {
        return Optional.of(CommandCodec.read(Documents.bytes(one.path("command"))));
      } catch (IllegalArgumentException e) {
        log.atWarn()
            .addKeyValue("object", NAME)
            .addKeyValue("number", one.path("number").asLong())
            .addKeyValue("reason", e.getMessage())
            .log("command passed over, it cannot be read");
        return Optional.empty();
      }
    }

    @Override
    public void done() throws HubException, InterruptedException {
      if (read == done) {
        return;
      }
      ObjectNode document = Documents.empty();
      document.put("reader", reader).put("done", read);
      // One follower at a time has the position: whatever is there is an earlier one of ours.
      while (store
          .write(position, Documents.write(document), store.generation(position))
          .isEmpty()) {}
      done = read;
    }

    @Override
    public void close() {}
  }
}
