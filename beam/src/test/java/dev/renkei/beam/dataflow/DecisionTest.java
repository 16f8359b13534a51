package dev.renkei.beam.dataflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.services.dataflow.model.Job;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
  private static Job job(String name, String state) {
    return new Job().setName(name).setId("id-of-" + name).setCurrentState(state);
  }

  @Test
  void withoutAJobOfThatNameOneIsLaunched() {
    assertThat(
            Decision.of(
                "renkei-shop-dedupe", List.of(job("renkei-shop-dedupe-2", "JOB_STATE_RUNNING"))))
        .isEqualTo(new Decision.Launch());
    assertThat(Decision.of("a", List.of())).isEqualTo(new Decision.Launch());
  }

  @Test
  void theRunningJobOfThatNameIsUpdated() {
    assertThat(
            Decision.of("a", List.of(job("b", "JOB_STATE_RUNNING"), job("a", "JOB_STATE_RUNNING"))))
        .isEqualTo(new Decision.Update("id-of-a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DONE", "FAILED", "CANCELLED", "UPDATED", "DRAINED"})
  void aJobThatIsOverDoesNotCount(String state) {
    assertThat(Decision.of("a", List.of(job("a", "JOB_STATE_" + state))))
        .isEqualTo(new Decision.Launch());
  }

  @ParameterizedTest
  @CsvSource({"PENDING", "QUEUED", "DRAINING", "CANCELLING", "STOPPED", "RESOURCE_CLEANING_UP"})
  void aJobThatTakesNoUpdateIsLeftAlone(String state) {
    assertThat(Decision.of("a", List.of(job("a", "JOB_STATE_" + state))))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused ->
                assertThat(refused.sentence())
                    .isEqualTo(
                        "job a (id-of-a) is in state JOB_STATE_%s, in which Dataflow takes no update. Run this again when it runs or has ended."
                            .formatted(state)));
  }
}
