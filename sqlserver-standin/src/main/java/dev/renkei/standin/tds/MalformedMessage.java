package dev.renkei.standin.tds;

import java.io.IOException;

/** The client sent bytes that are no TDS; the connection ends, the server lives on. */
final class MalformedMessage extends IOException {
  private static final long serialVersionUID = 1;

  MalformedMessage(String what) {
    super(what);
  }
}
