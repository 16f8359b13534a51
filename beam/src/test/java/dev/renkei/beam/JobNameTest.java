package dev.renkei.beam;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobNameTest {
  @ParameterizedTest
  @CsvSource({
    "shop, DEDUPE, '', renkei-shop-dedupe",
    "My_Shop-2, WAREHOUSE, cloud, renkei-my-shop-2-warehouse-cloud",
    "shop_, DEDUPE, _, renkei-shop-dedupe",
  })
  void aNameIsWhatDataflowTakes(String installation, Flow flow, String part, String name) {
    assertThat(JobName.of(installation, flow, part)).isEqualTo(name);
  }

  @Test
  void longNamesStayApart() {
    String one = JobName.of("a".repeat(64), Flow.WAREHOUSE, "one");
    String two = JobName.of("a".repeat(64), Flow.WAREHOUSE, "two");

    assertThat(one).hasSizeLessThanOrEqualTo(63).matches("[a-z]([-a-z0-9]*[a-z0-9])?");
    assertThat(one).isNotEqualTo(two);
  }
}
