package dev.renkei.steps.flow;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;

/**
 * Sets aside what no step behind it could read: its attributes, or where it belongs.
 *
 * @param keyed whether the hub has routing keys, so that a row's message must have one
 */
public record Legible(boolean keyed) implements Step {
  /** The same where nothing of the message may be told. */
  public static final StepResult.SetAside TOLD_TO_ALL =
      new StepResult.SetAside(
          "a message that cannot be read. Whoever may see everything finds it at this place in the hub.");

  @Override
  public StepResult apply(FlowMessage message) {
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      if (keyed && message.routingKey() == null) {
        address(attributes, message.payload());
      }
      return StepResult.pass(message);
    } catch (MessageException e) {
      return new StepResult.SetAside(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks that a message without a key says where it goes.
   *
   * @throws MessageException where it does not
   */
  public static void address(MessageAttributes attributes, byte[] payload) throws MessageException {
    if (attributes.type() != ChangeType.CONTROL) {
      throw new MessageException(
          attributes.table() + ": a message about a row without the row's key");
    }
    try {
      int unused = ControlMessage.partitionOf(payload);
    } catch (IllegalArgumentException e) {
      throw new MessageException(
          "%s: a control message that does not say its partition. Look for a tracker of another version; `renkei reload %s` loads the table again."
              .formatted(attributes.table(), attributes.table()));
    }
  }
}
