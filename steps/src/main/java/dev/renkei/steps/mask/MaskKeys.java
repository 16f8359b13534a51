package dev.renkei.steps.mask;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.crypto.tink.DeterministicAead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.Key;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.daead.DeterministicAeadConfig;
import com.google.crypto.tink.daead.PredefinedDeterministicAeadParameters;
import com.google.crypto.tink.mac.HmacKey;
import com.google.crypto.tink.mac.HmacParameters;
import com.google.crypto.tink.mac.MacConfig;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The keys of masking: two keysets of Tink, as JSON, in one object: {@code hash} (HMAC-SHA-256) and
 * {@code token} (AES-SIV). Hashes and tokens are made with the primary key of each; tokens of older
 * keys are read back as long as their key is there.
 *
 * <p>Travels with the step that masks. Never shown.
 */
public final class MaskKeys implements Serializable {
  private static final long serialVersionUID = 1;

  static final byte[] TOKEN_OF = "renkei token 1".getBytes(StandardCharsets.UTF_8);

  private static final int HMAC_BYTES = 32;
  private static final JsonFactory JSON = new JsonFactory();

  private final String keyset;
  private transient @Nullable Parsed parsed;

  private record Parsed(KeysetHandle hash, KeysetHandle token) {
    /** Nothing of the keys. */
    @Override
    public String toString() {
      return "(hidden)";
    }
  }

  private MaskKeys(String keyset, Parsed parsed) {
    this.keyset = keyset;
    this.parsed = parsed;
  }

  /** New keys. */
  public static MaskKeys create() {
    try {
      register();
      return of(
          new Parsed(
              KeysetHandle.generateNew(hmac()),
              KeysetHandle.generateNew(PredefinedDeterministicAeadParameters.AES256_SIV)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink has AES-SIV and HMAC", e);
    }
  }

  /** These keys with new primary ones; the former stay, so that their tokens can be read. */
  public MaskKeys rotated() {
    try {
      return of(
          new Parsed(
              plus(parsed().hash(), hmac()),
              plus(parsed().token(), PredefinedDeterministicAeadParameters.AES256_SIV)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink has AES-SIV and HMAC", e);
    }
  }

  private static HmacParameters hmac() throws GeneralSecurityException {
    return HmacParameters.builder()
        .setKeySizeBytes(HMAC_BYTES)
        .setTagSizeBytes(HMAC_BYTES)
        .setHashType(HmacParameters.HashType.SHA256)
        .setVariant(HmacParameters.Variant.NO_PREFIX)
        .build();
  }

  private static KeysetHandle plus(KeysetHandle keys, Parameters parameters)
      throws GeneralSecurityException {
    return KeysetHandle.newBuilder(keys)
        .addEntry(KeysetHandle.generateEntryFromParameters(parameters).withRandomId().makePrimary())
        .build();
  }

  /** Reads what {@link #json} has written, or another tool that writes Tink's keysets. */
  public static MaskKeys parse(String keyset) throws MaskKeysException {
    return new MaskKeys(keyset, read(keyset));
  }

  private static Parsed read(String keyset) throws MaskKeysException {
    try {
      register();
      String hash = part(keyset, "hash");
      String token = part(keyset, "token");
      KeysetHandle hashKeys =
          TinkJsonProtoKeysetFormat.parseKeyset(hash, InsecureSecretKeyAccess.get());
      KeysetHandle tokenKeys =
          TinkJsonProtoKeysetFormat.parseKeyset(token, InsecureSecretKeyAccess.get());
      if (!(hashKeys.getPrimary().getKey() instanceof HmacKey hmac)
          || hmac.getParameters().getHashType() != HmacParameters.HashType.SHA256) {
        throw new MaskKeysException("its `hash` is no keyset whose primary key is HMAC-SHA-256");
      }
      var unused = tokenKeys.getPrimitive(RegistryConfiguration.get(), DeterministicAead.class);
      return new Parsed(hashKeys, tokenKeys);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // What they say may quote the keys.
      throw new MaskKeysException(
          "not a keyset: it holds two of Tink, `hash` and `token`, as `renkei keys create` writes them");
    }
  }

  private static void register() throws GeneralSecurityException {
    MacConfig.register();
    DeterministicAeadConfig.register();
  }

  /** An object of the top level, as it stands there. */
  private static String part(String keyset, String name) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonParser json = JSON.createParser(keyset);
        JsonGenerator copy = JSON.createGenerator(text)) {
      json.nextToken();
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        if (field.equals(name) && token == JsonToken.START_OBJECT) {
          copy.copyCurrentStructure(json);
        } else {
          json.skipChildren();
        }
      }
    }
    if (text.getBuffer().isEmpty()) {
      throw new IOException("no " + name);
    }
    return text.toString();
  }

  private static MaskKeys of(Parsed keys) {
    try {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        json.writeFieldName("hash");
        json.writeRawValue(serialized(keys.hash()));
        json.writeFieldName("token");
        json.writeRawValue(serialized(keys.token()));
        json.writeEndObject();
      }
      return new MaskKeys(text.toString(), keys);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink writes its own keys", e);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private static String serialized(KeysetHandle keys) throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
  }

  /** The keys themselves: for the file that keeps them. */
  public String json() {
    return keyset;
  }

  private synchronized Parsed parsed() {
    Parsed now = parsed;
    if (now == null) {
      try {
        now = read(keyset);
      } catch (MaskKeysException e) {
        throw new IllegalStateException("a keyset that was read before", e);
      }
      parsed = now;
    }
    return now;
  }

  /** The bytes of the primary key of hashes. */
  byte[] hashKey() {
    Key key = parsed().hash().getPrimary().getKey();
    return ((HmacKey) key).getKeyBytes().toByteArray(InsecureSecretKeyAccess.get());
  }

  /** What makes tokens by the primary key, and reads those of all. */
  DeterministicAead tokens() {
    try {
      return parsed().token().getPrimitive(RegistryConfiguration.get(), DeterministicAead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a keyset that was read before", e);
    }
  }

  /**
   * What a token stands for.
   *
   * @throws MaskKeysException where no key of these has made it
   */
  public String detokenize(String token) throws MaskKeysException {
    try {
      return new String(
          tokens().decryptDeterministically(Base64.getDecoder().decode(token), TOKEN_OF),
          StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new MaskKeysException("not a token that a key of this keyset has made");
    }
  }

  /** Nothing of the keys. */
  @Override
  public String toString() {
    return "MaskKeys[hidden]";
  }
}
