package dev.renkei.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.config.WebhookSecret;
import dev.renkei.core.config.WebhookUrl;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifierTest {
  private static final WebhookSecret SECRET =
      WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Backoff SHORT =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), Math::random);

  private final Mailbox mailbox = new Mailbox();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private Receiver receiver() throws Exception {
    Receiver receiver = new Receiver();
    open.add(receiver);
    return receiver;
  }

  private Notifier start(RuleConfig... rules) {
    Notifier notifier =
        Notifier.start(List.of(rules), mailbox, mailbox, SHORT, HttpClient.newHttpClient());
    open.add(0, notifier);
    return notifier;
  }

  private static RuleConfig rule(String name, int port) {
    return rule(name, "http://127.0.0.1:%d/in?token=hunter2".formatted(port), 3);
  }

  private static RuleConfig rule(String name, String url, int retries) {
    return rule(
        name,
        new RuleConfig.Webhook(
            WebhookUrl.parse(url), List.of(SECRET), false, Duration.ofMillis(400), retries));
  }

  private static RuleConfig rule(String name, RuleConfig.Target... targets) {
    return new RuleConfig(
        name,
        List.of(new TablePattern("dbo.Stock")),
        "true",
        null,
        List.of(),
        Duration.ofHours(1),
        List.of(targets));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void awaitAcknowledged(Long... offsets) throws InterruptedException {
    await(() -> mailbox.acknowledged().equals(List.of(offsets)));
  }

  @Test
  void aCallIsSignedAndItsNotificationIsSettled() throws Exception {
    Receiver receiver = receiver();
    Notifier notifier = start(rule("last_one", receiver.port()));

    mailbox.put("last_one", "7", "ntf_1");

    awaitAcknowledged(0L);
    Receiver.Call call = receiver.calls().get(0);
    assertThat(call.path()).isEqualTo("/in?token=hunter2");
    assertThat(call.id()).isEqualTo("ntf_1");
    assertThat(call.body()).isEqualTo("{\"id\":\"ntf_1\"}");
    assertThat(call.signature())
        .isEqualTo(
            Signature.of(
                List.of(SECRET),
                "ntf_1",
                Instant.ofEpochSecond(Long.parseLong(call.timestamp())),
                call.body().getBytes(StandardCharsets.UTF_8)));
    assertThat(notifier.states())
        .containsExactly(
            new CourierState("last_one", "http://127.0.0.1:" + receiver.port(), 1, 0, 0, null));
  }

  @Test
  void whatFailsForTheMomentIsRepeatedUnderItsId() throws Exception {
    Receiver receiver = receiver().answers(500, Receiver.BREAK, Receiver.HANG, 200);
    Notifier notifier = start(rule("r", receiver.port()));

    mailbox.put("r", "7", "ntf_1");

    awaitAcknowledged(0L);
    assertThat(receiver.calls()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(receiver.calls())
        .allSatisfy(
            call ->
                assertThat(List.of(call.id(), call.body()))
                    .containsExactly("ntf_1", "{\"id\":\"ntf_1\"}"));
    assertThat(notifier.states().get(0).repeated()).isEqualTo(3);
    assertThat(mailbox.letters()).isEmpty();
  }

  @Test
  void aReceiverThatAsksForTimeGetsIt() throws Exception {
    Receiver receiver = receiver().answers(429).with("Retry-After", "1");
    start(rule("r", receiver.port()));
    long begun = System.nanoTime();

    mailbox.put("r", "7", "ntf_1");

    awaitAcknowledged(0L);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(receiver.calls()).hasSize(2);
  }

  @Test
  void afterTheLastRetryItIsADeadLetterWithoutTheAddress() throws Exception {
    Receiver receiver = receiver().otherwise(503);
    Notifier notifier = start(rule("r", receiver.port()));

    mailbox.put("r", "7", "ntf_1");

    awaitAcknowledged(0L);
    DeadLetter letter = mailbox.letters().get(0);
    assertThat(receiver.calls()).hasSize(4);
    assertThat(letter.reason())
        .matches("rule r: http://127.0.0.1:\\d+ answered 503; called 4 times in \\d+ s")
        .doesNotContain("hunter2");
    assertThat(letter.stream()).isEqualTo("renkei.notifications");
    assertThat(letter.attributes()).containsEntry("notification_for", "r.webhook-1");
    assertThat(new String(letter.payload(), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":\"ntf_1\"}");
    assertThat(notifier.states().get(0).givenUp()).isEqualTo(1);
  }

  @Test
  void whatIsSentBackGoesToWhomGaveItUpAlone() throws Exception {
    Receiver receiver = receiver().answers(204);
    start(rule("r", receiver.port()));

    mailbox.put(
        Map.of("rule", "r", "message_unique_id", "ntf_1", "notification_for", "r.webhook-2"));
    mailbox.put(
        Map.of("rule", "r", "message_unique_id", "ntf_2", "notification_for", "r.webhook-1"));

    awaitAcknowledged(0L, 1L);
    assertThat(receiver.calls()).hasSize(1);
  }

  @Test
  void aRefusalIsFinalAndARedirectIsNotFollowed() throws Exception {
    Receiver elsewhere = receiver();
    Receiver receiver =
        receiver()
            .answers(302, 400)
            .with("Location", "http://127.0.0.1:%d/".formatted(elsewhere.port()));
    start(rule("r", receiver.port()));

    mailbox.put("r", "7", "ntf_1");
    mailbox.put("r", "7", "ntf_2");

    awaitAcknowledged(0L, 1L);
    assertThat(mailbox.letters())
        .extracting(DeadLetter::reason)
        .containsExactly(
            "rule r: http://127.0.0.1:%d answered 302, a redirect, which is not followed"
                .formatted(receiver.port()),
            "rule r: http://127.0.0.1:%d answered 400".formatted(receiver.port()));
    assertThat(elsewhere.calls()).isEmpty();
  }

  @Test
  void nobodyThereAndNoTrustAreToldApart(@TempDir Path folder) throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    Receiver untrusted = untrusted(folder);
    start(
        rule("a", "https://127.0.0.1:%d/".formatted(untrusted.port()), 1),
        rule("b", "http://127.0.0.1:%d/".formatted(nobody), 1));

    mailbox.put("a", "7", "ntf_1");
    mailbox.put("b", "7", "ntf_2");

    await(() -> mailbox.letters().size() == 2);
    assertThat(mailbox.letters().stream().map(l -> l.reason().replaceAll(":\\d+| in \\d+ s", "")))
        .containsExactlyInAnyOrder(
            "rule a: https://127.0.0.1 has no certificate that is trusted here, or breaks off TLS; called 2 times",
            "rule b: http://127.0.0.1 cannot be reached; called 2 times");
    assertThat(untrusted.calls()).isEmpty();
  }

  private Receiver untrusted(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    Receiver receiver = new Receiver(server);
    open.add(receiver);
    return receiver;
  }

  @Test
  void itIsSettledOnlyWhenItsDeadLetterIsStored() throws Exception {
    Receiver receiver = receiver().otherwise(400);
    start(rule("r", receiver.port()));
    mailbox.refuseLetters(1);

    mailbox.put("r", "7", "ntf_1");

    await(() -> !receiver.calls().isEmpty());
    assertThat(mailbox.acknowledged()).isEmpty();
    awaitAcknowledged(0L);
    assertThat(mailbox.letters()).hasSize(1);
  }

  @Test
  void notificationsOfARowComeInOrderAndOtherRowsDoNotWait() throws Exception {
    Receiver receiver = receiver().answers(Receiver.HANG);
    start(rule("r", receiver.port()));
    mailbox.put("r", "7", "ntf_1");
    await(() -> receiver.calls().size() == 1);

    mailbox.put("r", "7", "ntf_2");
    for (int row = 8; row < 24; row++) {
      mailbox.put("r", Integer.toString(row), "ntf_" + row);
    }

    await(() -> mailbox.acknowledged().size() == 18);
    List<String> ids = receiver.calls().stream().map(Receiver.Call::id).toList();
    assertThat(ids.stream().filter(id -> id.equals("ntf_1") || id.equals("ntf_2")))
        .containsExactly("ntf_1", "ntf_1", "ntf_2");
    assertThat(ids.lastIndexOf("ntf_1")).isGreaterThan(1);
  }

  @Test
  void aTargetThatHangsHoldsUpNoOther() throws Exception {
    Receiver slow = receiver().otherwise(Receiver.HANG);
    Receiver quick = receiver();
    start(
        rule("slow", "http://127.0.0.1:%d/".formatted(slow.port()), 100),
        rule("quick", quick.port()));

    for (int i = 0; i < 50; i++) {
      mailbox.put("slow", Integer.toString(i), "s" + i);
      mailbox.put("quick", Integer.toString(i), "q" + i);
    }

    await(() -> quick.calls().size() == 50);
    assertThat(slow.calls()).isNotEmpty();
  }

  @Test
  void whatIsUnderWayAtTheEndIsNotSettled() throws Exception {
    Receiver receiver = receiver().otherwise(Receiver.HANG);
    Notifier notifier = start(rule("r", receiver.port()));
    mailbox.put("r", "7", "ntf_1");
    await(() -> !receiver.calls().isEmpty());

    notifier.close();

    assertThat(mailbox.acknowledged()).isEmpty();
    assertThat(mailbox.letters()).isEmpty();
  }

  @Test
  void otherRulesNotificationsArePassedOverAndTheLogTakesItsOwn() throws Exception {
    Notifier notifier = start(rule("r", new RuleConfig.Log(), new RuleConfig.Topic("t")));

    mailbox.put("other", "7", "ntf_1");
    mailbox.put("r", "7", "ntf_2");

    awaitAcknowledged(0L, 1L);
    assertThat(notifier.states()).containsExactly(new CourierState("r", "log", 1, 0, 0, null));
  }
}
