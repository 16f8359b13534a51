package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.renkei.bigquery.standin.store.ApiException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Load jobs whose data come with them: in parts of one request, or resumable. */
final class Uploads {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

  private record Session(String project, ObjectNode job, ByteArrayOutputStream received) {}

  private final Jobs jobs;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  Uploads(Jobs jobs) {
    this.jobs = jobs;
  }

  RestServer.Reply answer(
      HttpExchange exchange,
      String method,
      String path,
      Map<String, String> query,
      byte[] body,
      String url) {
    String project = path.substring(0, path.indexOf('/'));
    String type = query.getOrDefault("uploadType", "");
    if (method.equals("POST") && type.equals("multipart")) {
      return multipart(
          String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")), project, body);
    } else if (method.equals("POST") && type.equals("resumable")) {
      String id = UUID.randomUUID().toString();
      sessions.put(id, new Session(project, RestServer.json(body), new ByteArrayOutputStream()));
      String location =
          url + "/upload/bigquery/v2/projects/" + path + "?uploadType=resumable&upload_id=" + id;
      return new RestServer.Reply(200, Map.of("Location", location), new byte[0]);
    } else if (method.equals("PUT") && query.containsKey("upload_id")) {
      return part(
          exchange.getRequestHeaders().getFirst("Content-Range"), query.get("upload_id"), body);
    }
    throw ApiException.notFound("upload " + method + " " + path);
  }

  private RestServer.Reply part(@Nullable String range, String id, byte[] body) {
    Session session = sessions.get(id);
    if (session == null) {
      throw ApiException.notFound("Upload " + id);
    }
    synchronized (session) {
      Matcher matcher = RANGE.matcher(range == null ? "" : range);
      boolean ranged = matcher.matches();
      if (!ranged || matcher.group(1) != null) {
        int overlap = ranged ? session.received().size() - Integer.parseInt(matcher.group(1)) : 0;
        if (overlap >= 0 && overlap <= body.length) {
          session.received().write(body, overlap, body.length - overlap);
        }
      }
      if (ranged && matcher.group(3).equals("*")) {
        int size = session.received().size();
        return new RestServer.Reply(
            308, size == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (size - 1)), new byte[0]);
      }
      sessions.remove(id);
      return RestServer.Reply.json(
          jobs.insert(session.project(), session.job(), session.received().toByteArray()));
    }
  }

  private RestServer.Reply multipart(String contentType, String project, byte[] body) {
    Matcher matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      throw ApiException.invalid("multipart upload without a boundary");
    }
    String text = new String(body, StandardCharsets.ISO_8859_1);
    String[] parts = text.split(Pattern.quote("--" + matcher.group(1)), -1);
    if (parts.length < 3) {
      throw ApiException.invalid("multipart upload without two parts");
    }
    ObjectNode job = RestServer.json(content(parts[1]));
    return RestServer.Reply.json(jobs.insert(project, job, content(parts[2])));
  }

  private static byte[] content(String part) {
    int from = part.indexOf("\r\n\r\n") + 4;
    int to = part.endsWith("\r\n") ? part.length() - 2 : part.length();
    return part.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }
}
