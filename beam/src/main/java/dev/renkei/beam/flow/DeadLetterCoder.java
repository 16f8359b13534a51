package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.Origin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.jspecify.annotations.Nullable;

/** Dead letters as bytes that a later version of a running pipeline reads too. Deterministic. */
public final class DeadLetterCoder extends AtomicCoder<DeadLetter> {
  private static final long serialVersionUID = 1;
  private static final int FORM = 1;
  private static final DeadLetterCoder INSTANCE = new DeadLetterCoder();

  private DeadLetterCoder() {}

  public static DeadLetterCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(DeadLetter letter, OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeByte(FORM);
    Wire.texts(letter.attributes(), out);
    Wire.bytes(letter.routingKey(), out);
    Wire.bytes(letter.payload(), out);
    Wire.origin(new Origin(letter.stream(), letter.partition(), letter.offset(), letter.at()), out);
    Wire.text(letter.reason(), out);
  }

  @Override
  public DeadLetter decode(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    Wire.version(FORM, in, DeadLetter.class);
    Map<String, String> attributes = Wire.texts(in);
    byte @Nullable [] routingKey = Wire.bytes(in);
    byte[] payload = Wire.wholeBytes(in);
    Origin origin = Wire.origin(in);
    return new DeadLetter(
        origin.stream(),
        origin.partition(),
        origin.offset(),
        Wire.text(in),
        attributes,
        routingKey,
        payload,
        origin.at());
  }
}
