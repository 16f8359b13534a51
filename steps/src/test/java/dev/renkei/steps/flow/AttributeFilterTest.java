package dev.renkei.steps.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slide 22: what passes is said by attributes and their values. */
class AttributeFilterTest {
  private static FlowMessage message(Map<String, String> attributes) {
    return new FlowMessage(attributes, null, new byte[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "dbo.Stock, I, true",
    "dbo.Orders, I, true",
    "dbo.Stock, D, false",
    "dbo.Prices, I, false"
  })
  void everyNamedAttributeMustHaveOneOfItsValues(String table, String type, boolean passes) {
    AttributeFilter filter =
        new AttributeFilter(
            Map.of(
                "table_name", Set.of("dbo.Stock", "dbo.Orders"),
                "changetrack_type", Set.of("I", "U")));
    FlowMessage message = message(Map.of("table_name", table, "changetrack_type", type));

    assertThat(filter.apply(message))
        .isEqualTo(
            passes ? StepResult.pass(message) : new StepResult.Nothing(AttributeFilter.FILTERED));
  }

  @Test
  void aMessageWithoutANamedAttributeStaysBehind() {
    assertThat(new AttributeFilter(Map.of("a", Set.of("b"))).apply(message(Map.of())))
        .isInstanceOf(StepResult.Nothing.class);
  }

  @Test
  void withoutConditionsAllPass() {
    FlowMessage message = message(Map.of());

    assertThat(new AttributeFilter(Map.of()).apply(message)).isEqualTo(StepResult.pass(message));
  }
}
