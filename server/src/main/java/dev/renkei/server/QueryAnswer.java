package dev.renkei.server;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /api/query} answers, as JSON values.
 *
 * <p>A value is null, a {@link Boolean}, a {@link Long} (integers that a double holds exactly, up
 * to 2<sup>53</sup>), a {@link Double} (of floating columns) or a {@link String}: larger integers,
 * all decimals, NaN and infinities come as text, and whatever else there is. So no reader of JSON
 * loses a digit. {@code types} tells what a text was.
 *
 * @param truncated whether there were more rows than asked for
 * @param millis how long the warehouse took
 */
public record QueryAnswer(
    List<String> columns,
    List<String> types,
    List<List<@Nullable Object>> rows,
    boolean truncated,
    long millis) {
  public QueryAnswer {
    columns = List.copyOf(columns);
    types = List.copyOf(types);
    Objects.requireNonNull(rows, "rows");
  }
}
