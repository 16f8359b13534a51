package dev.renkei.bench.mask;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.flow.FlowMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Copies a payload token by token, with the hashes that masking makes. Belongs to one thread. */
final class BareMask {
  private static final JsonFactory JSON = new JsonFactory();
  private static final HexFormat HEX = HexFormat.of();

  private final Mac mac;
  private final MessageDigest sha256;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);

  BareMask() throws GeneralSecurityException {
    mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    sha256 = MessageDigest.getInstance("SHA-256");
  }

  FlowMessage mask(FlowMessage message) throws IOException {
    bytes.reset();
    String key = "";
    try (JsonParser from = JSON.createParser(message.payload());
        JsonGenerator to = JSON.createGenerator(bytes)) {
      for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
        String name = token.isScalarValue() ? from.currentName() : "";
        if (name != null && (name.equals("Id") || name.equals("Customer"))) {
          String hash = hash(from.getText());
          key = name.equals("Id") ? hash : key;
          to.writeString(hash);
        } else if (name != null && name.equals("Note")) {
          to.writeNull();
        } else {
          to.copyCurrentEvent(from);
        }
      }
    }
    byte[] payload = bytes.toByteArray();
    Map<String, String> attributes = new HashMap<>(message.attributes());
    attributes.put(
        MessageAttributes.UNIQUE_ID,
        "shop/dbo.Orders/1/1/#"
            + hash(message.attributes().getOrDefault(MessageAttributes.UNIQUE_ID, "")));
    attributes.put(
        MessageAttributes.CONTENT_HASH, HEX.formatHex(sha256.digest(payload), 0, Long.BYTES));
    return new FlowMessage(
        attributes,
        ("shop/dbo.Orders/[\"" + key + "\"]").getBytes(StandardCharsets.UTF_8),
        payload,
        message.origin());
  }

  private String hash(String text) {
    return HEX.formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
