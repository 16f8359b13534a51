package dev.renkei.standin.tds;

import java.io.IOException;

/** The client has cancelled the running request (attention); the connection goes on. */
final class Cancelled extends IOException {
  private static final long serialVersionUID = 1;

  Cancelled() {
    super("The client has cancelled the request.");
  }
}
