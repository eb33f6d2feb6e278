package curtain.jobs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on this machine with one file, which it may cut, withhold or give whole only. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** The file. */
  volatile byte[] bytes;

  /** Whether it knows Range. */
  volatile boolean ranges = true;

  /** Whether it says how many bytes come. */
  volatile boolean announced = true;

  /** What it says that a file has of which it sends a range, 0 for what it has. */
  volatile long total;

  /** After how many bytes of an answer the connection is cut, once for each of {@link #cuts}. */
  volatile int cutAfter = Integer.MAX_VALUE;

  final AtomicInteger cuts = new AtomicInteger();

  /** Whether it falls silent where it would cut. */
  volatile boolean silent;

  /** The status of all answers, 0 for those that fit. */
  volatile int status;

  FileServer(byte[] bytes) throws IOException {
    this.bytes = bytes;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/files/", this::answer);
    server.createContext(
        "/moved/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().replace("/moved/", "/files/");
          exchange.getResponseHeaders().set("Location", path);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  /** Its address, with a path. */
  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** What was asked for: the Range of every request, or "whole". */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(range == null ? "whole" : range);
    if (status != 0) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    byte[] file = bytes;
    int from = 0;
    if (ranges && range != null) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      boolean within = from < file.length;
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              within
                  ? String.format(
                      Locale.ROOT,
                      "bytes %d-%d/%d",
                      from,
                      file.length - 1,
                      total > 0 ? total : file.length)
                  : "bytes */" + file.length);
      if (!within) {
        exchange.sendResponseHeaders(416, -1);
        exchange.close();
        return;
      }
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, announced ? file.length - from : 0);
    int count = file.length - from;
    if (cutAfter < count && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseBody().write(file, from, cutAfter);
      exchange.getResponseBody().flush();
      if (silent) {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      // Fewer bytes than announced: the server drops the connection.
      exchange.close();
      return;
    }
    exchange.getResponseBody().write(file, from, count);
    exchange.close();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
