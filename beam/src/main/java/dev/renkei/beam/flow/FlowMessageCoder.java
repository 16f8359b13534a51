package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Messages as bytes that a later version of a running pipeline reads too. Deterministic. */
public final class FlowMessageCoder extends AtomicCoder<FlowMessage> {
  private static final long serialVersionUID = 1;
  private static final int FORM = 1;
  private static final FlowMessageCoder INSTANCE = new FlowMessageCoder();

  private FlowMessageCoder() {}

  public static FlowMessageCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(FlowMessage message, OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeByte(FORM);
    Wire.texts(message.attributes(), out);
    Wire.bytes(message.routingKey(), out);
    Wire.bytes(message.payload(), out);
    Wire.origin(message.origin(), out);
  }

  @Override
  public FlowMessage decode(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    Wire.version(FORM, in, FlowMessage.class);
    return new FlowMessage(Wire.texts(in), Wire.bytes(in), Wire.wholeBytes(in), Wire.origin(in));
  }
}
