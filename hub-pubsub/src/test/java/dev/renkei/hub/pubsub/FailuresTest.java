package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.hub.HubException;
import io.grpc.Status;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator reads, and where the services are looked for. */
class FailuresTest {
  private static final String TOPIC = "projects/shop/topics/renkei.hub";

  private static String sentence(Throwable failure) {
    return String.valueOf(Failures.of(TOPIC, "roles/pubsub.publisher", failure).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOT_FOUND | gone | `renkei up` makes what is missing",
        "PERMISSION_DENIED | User not authorized | Grant roles/pubsub.publisher on it",
        "PERMISSION_DENIED | Cloud Pub/Sub API has not been used in project 7 before or it is disabled | gcloud services enable pubsub.googleapis.com --project=shop",
        "UNAUTHENTICATED | no | gcloud auth application-default login",
        "RESOURCE_EXHAUSTED | quota exceeded | raise the quota of project shop",
        "UNAVAILABLE | connection refused | see that this machine reaches pubsub.googleapis.com",
        "DEADLINE_EXCEEDED | after 15 s | PUBSUB_EMULATOR_HOST",
        "INVALID_ARGUMENT | bad name | Check hub.project and hub.topic_prefix",
      })
  void everyFailureSaysWhatToDo(Status.Code code, String said, String cure) {
    assertThat(sentence(code.toStatus().withDescription(said).asRuntimeException()))
        .startsWith("hub, " + TOPIC + ": ")
        .contains(cure);
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void noCodeIsWithoutASentence(Status.Code code) {
    assertThat(sentence(code.toStatus().withDescription("said").asRuntimeException()))
        .hasSizeGreaterThan(("hub, " + TOPIC + ": ").length());
  }

  @Test
  void missingCredentialsAreToldWithTheCommandThatGetsThem() {
    assertThat(sentence(new IOException("Your default credentials were not found. To set up ...")))
        .contains("there are no credentials. Run `gcloud auth application-default login`");
  }

  @Test
  void whatIsASentenceAlreadyStaysAsItIs() {
    HubException known = new HubException("known");

    assertThat(Failures.of(TOPIC, "role", known)).isSameAs(known);
  }

  @Test
  void theEnvironmentNamesEmulators() {
    assertThat(PubSubAccess.from(Map.of())).isEqualTo(PubSubAccess.GOOGLE);
    assertThat(
            PubSubAccess.from(
                Map.of(
                    "PUBSUB_EMULATOR_HOST",
                    "localhost:8085",
                    "STORAGE_EMULATOR_HOST",
                    "localhost:9000")))
        .isEqualTo(PubSubAccess.endpoint("localhost:8085").withStorage("http://localhost:9000"));
  }
}
