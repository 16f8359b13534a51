package dev.renkei.server.console;

import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusView;
import dev.renkei.server.Verdict;
import java.net.URI;
import java.util.List;

/**
 * What the console shows ({@code GET /api/overview}).
 *
 * @param pid of the process that tells it
 * @param version of the console's files; a page of another asks to be loaded anew
 * @param needsToken whether what changes something wants a token
 * @param processes those that answered, this one first
 */
public record Overview(
    long pid,
    String version,
    boolean needsToken,
    Chain chain,
    Verdict verdict,
    List<Process> processes,
    List<Silent> silent) {
  /** A process and where it answers. */
  public record Process(URI url, StatusReport report) {}

  /** One that lives and does not tell how it is. */
  public record Silent(long pid, List<String> roles, String reason) {}

  public static Overview of(
      long pid, String version, boolean needsToken, Chain chain, Installation.Picture picture) {
    StatusView view = picture.view();
    return new Overview(
        pid,
        version,
        needsToken,
        chain,
        view.verdict(),
        picture.processes(),
        view.silent().stream()
            .map(one -> new Silent(one.process().pid(), one.process().roles(), one.reason()))
            .toList());
  }
}
