package dev.renkei.server.console;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.Set;

/** Serves what a browser loads before it asks for data: one page at all addresses, and assets. */
public final class Pages {
  /** Where it is; below it are the pages. */
  public static final String ROOT = "/console";

  /** Nothing from elsewhere, nothing inline, nobody around it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          + "require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Set<String> NAMES =
      Set.of(
          "tables",
          "trackers",
          "flows",
          "rules",
          "dead-letters",
          "history",
          "alerts",
          "query",
          "processes");

  private final Assets assets = Assets.load();

  /** A hash of what is served. */
  public String version() {
    return assets.version();
  }

  /** Whether an address is one of those that hold no data. */
  public static boolean holds(String path) {
    return path.equals("/") || path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  public void on(Javalin app) {
    app.get("/", this::page);
    app.get(ROOT, this::page);
    app.get(ROOT + "/assets/{version}/{file}", this::asset);
    app.get(ROOT + "/{page}", this::page);
    app.get(ROOT + "/tables/{table}", this::page);
  }

  private void page(Context context) {
    String name = context.pathParamMap().getOrDefault("page", "tables");
    if (!NAMES.contains(name)) {
      throw new NotFoundResponse();
    }
    guard(context);
    context.header("Cache-Control", "no-cache");
    context.header("Vary", "Accept-Language");
    context.contentType("text/html; charset=utf-8");
    context.result(assets.page(Language.of(context.header("Accept-Language"))));
  }

  private void asset(Context context) {
    Assets.Asset asset =
        context.pathParam("version").equals(assets.version())
            ? assets.file(context.pathParam("file")).orElse(null)
            : null;
    if (asset == null) {
      throw new NotFoundResponse();
    }
    guard(context);
    context.header("Cache-Control", "public, max-age=31536000, immutable");
    context.contentType(asset.type());
    context.result(asset.bytes());
  }

  private static void guard(Context context) {
    context.header("Content-Security-Policy", POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
  }
}
