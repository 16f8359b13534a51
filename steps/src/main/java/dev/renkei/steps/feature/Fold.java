package dev.renkei.steps.feature;

import dev.renkei.steps.feature.Windowing.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What goes from the first step to the second: a row's values, to be added to a window or taken
 * back.
 *
 * @param definition the id of the feature's {@link Definition}
 * @param sign 1 or -1
 * @param span the window; of a session, what the row alone would make
 * @param changedAt when the source committed the change, in microseconds
 */
record Fold(
    String definition,
    int sign,
    Span span,
    long changedAt,
    List<Object> key,
    RowTime at,
    List<@Nullable Object> values) {

  byte[] write() {
    return Stored.write(
        to -> {
          to.writeUTF(definition);
          to.writeByte(sign);
          to.writeLong(span.start());
          to.writeLong(span.end());
          to.writeLong(changedAt);
          to.writeLong(at.micros());
          to.writeLong(at.sequence());
          Scalars.writeAll(key, to);
          Scalars.writeAll(values, to);
        });
  }

  static Fold read(byte[] payload) {
    return Stored.read(
        payload,
        from -> {
          String definition = from.readUTF();
          int sign = from.readByte();
          Span span = new Span(from.readLong(), from.readLong());
          long changedAt = from.readLong();
          RowTime at = new RowTime(from.readLong(), from.readLong());
          List<Object> key = Scalars.readAll(from).stream().map(Objects::requireNonNull).toList();
          return new Fold(definition, sign, span, changedAt, key, at, Scalars.readAll(from));
        });
  }
}
