package dev.renkei.steps.mask;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Legible;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.SchemasUnreachableException;
import dev.renkei.steps.flow.Step;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a message of the hub the one of the masked side (SEMANTICS 26): another id, another
 * routing key, masked values, a schema of its own; in the partition of the former. Whatever cannot
 * be masked is set aside by its place alone.
 */
public final class MaskStep implements Step {
  /** The flow's name. */
  public static final String NAME = "mask";

  private static final long serialVersionUID = 1;

  private final Policy policy;
  private final MaskKeys keys;
  private final TableMessages clear;
  private final TableMessages masked;
  private transient volatile @Nullable Copy copy;

  /** What a copy has made of its keys, and of the schemas that it met, by their ids. */
  private record Copy(Crypto crypto, Map<String, MaskPlan> plans) {}

  /**
   * Masks the changes of a source.
   *
   * @param source its configured name
   * @param clear the hub's schemas
   * @param masked those of the masked side, where the step stores its own
   */
  public MaskStep(
      String source, Policy policy, MaskKeys keys, SchemaAccess clear, SchemaAccess masked) {
    this.policy = policy;
    this.keys = keys;
    this.clear = new TableMessages(source, clear);
    this.masked = new TableMessages(source, masked);
  }

  @Override
  public boolean isConfidential() {
    return true;
  }

  @Override
  public StepResult apply(FlowMessage message) {
    MessageAttributes attributes;
    try {
      attributes = TableMessages.attributes(message);
    } catch (MessageException e) {
      return Legible.TOLD_TO_ALL;
    }
    return attributes.type() == ChangeType.CONTROL
        ? control(attributes, message)
        : row(attributes, message);
  }

  private StepResult row(MessageAttributes attributes, FlowMessage message) {
    SchemaRecord schema;
    try {
      schema = clear.schema(attributes);
    } catch (MessageException e) {
      return new StepResult.SetAside(
          "a message whose schema is not in the schema store. Load its table again with `renkei reload`.");
    }
    try {
      Change change = clear.read(attributes, message);
      MaskPlan plan = plan(schema);
      EncodedMessage made = masked.encode(plan.mask(change), plan.schema());
      return new StepResult.Outputs(
          List.of(Output.main(hidden(made, attributes, change).from(message.origin()))));
    } catch (SchemasUnreachableException e) {
      throw e;
    } catch (MessageException e) {
      return new StepResult.SetAside(
          "%s: a message that is not as its schema says. `renkei reload %s` loads the table again."
              .formatted(schema.schema().table(), schema.schema().table()));
    } catch (RuntimeException e) {
      // What it says may quote a value.
      return new StepResult.SetAside(
          "%s: a row that cannot be masked (%s)."
              .formatted(schema.schema().table(), e.getClass().getSimpleName()));
    }
  }

  private FlowMessage hidden(EncodedMessage made, MessageAttributes before, Change change) {
    MessageAttributes attributes = made.attributes();
    String id =
        MessageIds.ofHiddenKey(
            attributes.source(),
            attributes.table(),
            attributes.sequence(),
            change.chunk(),
            copy().crypto().id(before.uniqueId()));
    return TableMessages.message(
        new EncodedMessage(
            new MessageAttributes(
                id,
                attributes.table(),
                attributes.type(),
                attributes.sequence(),
                attributes.schemaId(),
                attributes.source(),
                attributes.contentHash(),
                attributes.commitTime()),
            made.routingKey(),
            made.payload()));
  }

  /** A closing holds no values, but for the bounds of a part: they go where keys are masked. */
  private StepResult control(MessageAttributes attributes, FlowMessage message) {
    try {
      ControlMessage.Addressed addressed = ControlMessage.decode(attributes, message.payload());
      SnapshotClosed closed = (SnapshotClosed) addressed.message();
      SnapshotClosed.Part part = closed.part();
      SnapshotClosed shown =
          part == null || part.range() == null || keepsKeys(closed.source(), closed.table())
              ? closed
              : new SnapshotClosed(
                  closed.source(),
                  closed.table(),
                  closed.epoch(),
                  closed.snapshot(),
                  closed.startVersion(),
                  closed.partitionCount(),
                  closed.chunks(),
                  new SnapshotClosed.Part(null));
      return new StepResult.Outputs(
          List.of(
              Output.main(
                  TableMessages.message(shown.encode(addressed.partition()))
                      .from(message.origin()))));
    } catch (MessageException | IllegalArgumentException e) {
      return Legible.TOLD_TO_ALL;
    }
  }

  private boolean keepsKeys(String source, TableName table) {
    Optional<SchemaRecord> newest =
        source.equals(clear.source()) ? clear.newest(table) : Optional.empty();
    return newest.map(record -> MaskPlan.passesKey(record.schema(), policy)).orElse(false);
  }

  /**
   * What tells one way of masking from another: policy and primary keys, neither of which can be
   * told from it.
   */
  public String fingerprint() {
    Crypto crypto = copy().crypto();
    return crypto.id(policy + " " + crypto.token("renkei"));
  }

  private MaskPlan plan(SchemaRecord schema) {
    Copy now = copy();
    MaskPlan known = now.plans().get(schema.schemaId());
    if (known == null) {
      known = new MaskPlan(schema.schema(), policy, now.crypto());
      now.plans().put(schema.schemaId(), known);
    }
    return known;
  }

  private Copy copy() {
    Copy now = copy;
    return now == null ? begin() : now;
  }

  private synchronized Copy begin() {
    Copy now = copy;
    if (now == null) {
      now = new Copy(new Crypto(keys), new ConcurrentHashMap<>());
      copy = now;
    }
    return now;
  }

  @Override
  public void release() {
    clear.release();
    masked.release();
  }
}
