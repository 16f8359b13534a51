package dev.renkei.warehouse.bigquery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A spool file as a load job takes it, gzipped, made while it is read: it is nowhere whole. */
final class SpoolJson extends InputStream {
  private static final int ROWS_AT_A_TIME = 100;

  private final SpoolFile.Reader rows;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream();
  private final JsonRows lines;
  private byte[] ready = new byte[0];
  private int at;
  private boolean ended;

  SpoolJson(SpoolFile file) throws IOException {
    rows = file.read();
    lines = new JsonRows(file.table(), new Gzip(made));
  }

  /** Fast rather than small: the line is seldom the bottleneck, and the loader has other work. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(ByteArrayOutputStream to) throws IOException {
      super(to, 1 << 14);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  @Override
  public int read() throws IOException {
    return isMade() ? ready[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!isMade()) {
      return -1;
    }
    int some = Math.min(length, ready.length - at);
    System.arraycopy(ready, at, to, offset, some);
    at += some;
    return some;
  }

  private boolean isMade() throws IOException {
    while (at == ready.length && !ended) {
      makeSome();
      ready = made.toByteArray();
      made.reset();
      at = 0;
    }
    return at < ready.length;
  }

  private void makeSome() throws IOException {
    for (int i = 0; i < ROWS_AT_A_TIME; i++) {
      byte[] row = rows.next();
      if (row == null) {
        lines.close();
        ended = true;
        return;
      }
      lines.write(row);
    }
    lines.flush();
  }
}
