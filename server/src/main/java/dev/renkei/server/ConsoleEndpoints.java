package dev.renkei.server;

import dev.renkei.server.console.Overview;
import dev.renkei.server.console.Pages;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.net.URI;

/** The console's pages, and what they show. */
final class ConsoleEndpoints {
  private final ControlServer.Console console;
  private final boolean needsToken;
  private final URI ownUrl;
  private final Pages pages = new Pages();

  ConsoleEndpoints(ControlServer.Console console, boolean needsToken, URI ownUrl) {
    this.console = console;
    this.needsToken = needsToken;
    this.ownUrl = ownUrl;
  }

  void on(Javalin app) {
    pages.on(app);
    app.get(Doorkeeper.OVERVIEW, this::overview);
  }

  private void overview(Context context) {
    Overview overview =
        Overview.of(
            ProcessHandle.current().pid(),
            pages.version(),
            needsToken,
            console.chain(),
            console.installation().picture(ownUrl));
    context.header("Cache-Control", "no-store");
    context.contentType("application/json").result(Json.write(overview));
  }
}
