package dev.renkei.steps.flow;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a message pass by its attributes (slide 22), without reading its payload.
 *
 * @param wanted the values of which an attribute must have one, by the attribute's name; empty lets
 *     all pass
 */
public record AttributeFilter(Map<String, Set<String>> wanted) implements Step {
  /** The counter of what is held back. */
  public static final String FILTERED = "filtered";

  public AttributeFilter {
    Map<String, Set<String>> copy = new TreeMap<>();
    wanted.forEach((name, values) -> copy.put(name, Set.copyOf(values)));
    wanted = Map.copyOf(copy);
  }

  /**
   * Whether it passes.
   *
   * @param attributes gives the text of an attribute, null where there is none
   */
  public boolean passes(Function<String, @Nullable String> attributes) {
    for (Map.Entry<String, Set<String>> attribute : wanted.entrySet()) {
      String text = attributes.apply(attribute.getKey());
      if (text == null || !attribute.getValue().contains(text)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public StepResult apply(FlowMessage message) {
    return passes(message.attributes()::get)
        ? StepResult.pass(message)
        : new StepResult.Nothing(FILTERED);
  }
}
