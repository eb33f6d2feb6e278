package curtain.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between an S3 server and its clients: counts their requests, and lets some go wrong. */
final class S3Traffic implements Closeable {
  /** What becomes of a request. */
  enum Fate {
    /** It is answered. */
    WELL,
    /** It is answered late. */
    SLOW,
    /** It is not done, and answered by 503, slow down. */
    REFUSED,
    /** It is done, and the connection breaks before the answer. */
    LOST
  }

  /** Decides what becomes of a request. */
  @FunctionalInterface
  interface Faults {
    /**
     * The fate of a request.
     *
     * @param kind its kind, as {@link #counts} has it
     * @param number its number, from 1
     */
    Fate of(String kind, long number);
  }

  private static final String SLOW_DOWN =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code>"
          + "<Message>Please reduce your request rate.</Message></Error>";

  private static final int UNAVAILABLE = 503;
  private static final int SLOW_MILLIS = 2000;

  /** What the client sets itself, and what holds for one connection only. */
  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, AtomicLong> counts = new ConcurrentSkipListMap<>();
  private final AtomicLong number = new AtomicLong();
  private final int port;
  private HttpServer front;
  private volatile Faults faults = (kind, at) -> Fate.WELL;

  S3Traffic(URI server) throws IOException {
    this.server = server;
    this.front = listen(0);
    this.port = front.getAddress().getPort();
  }

  private HttpServer listen(int at) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
    listening.setExecutor(threads);
    listening.createContext("/", this::pass);
    listening.start();
    return listening;
  }

  /** Where clients find it. */
  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Has requests go wrong from now on. */
  void let(Faults chosen) {
    number.set(0);
    faults = chosen;
  }

  /** Breaks all connections, and takes no new ones for so long. */
  void goAway(long seconds) throws IOException, InterruptedException {
    front.stop(0);
    TimeUnit.SECONDS.sleep(seconds);
    front = listen(port);
  }

  /** The requests since the last call, by kind. */
  Map<String, Long> counts() {
    Map<String, Long> now = new TreeMap<>();
    counts.forEach((kind, count) -> now.put(kind, count.getAndSet(0)));
    now.values().removeIf(count -> count == 0);
    return now;
  }

  /** The kind of a request, as S3's documents name it. */
  private static String kind(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    String asked = query == null ? "" : query;
    boolean object = exchange.getRequestURI().getPath().matches("/[^/]+/.+");
    return switch (exchange.getRequestMethod()) {
      case "GET" ->
          asked.contains("uploads") ? "ListMultipartUploads" : object ? "GetObject" : "ListObjects";
      case "HEAD" -> object ? "HeadObject" : "HeadBucket";
      case "PUT" ->
          exchange.getRequestHeaders().containsKey("x-amz-copy-source")
              ? "CopyObject"
              : asked.contains("partNumber") ? "UploadPart" : "PutObject";
      case "POST" ->
          asked.contains("uploadId")
              ? "CompleteMultipartUpload"
              : asked.contains("uploads") ? "CreateMultipartUpload" : "DeleteObjects";
      case "DELETE" -> asked.contains("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
      default -> exchange.getRequestMethod();
    };
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String kind = kind(exchange);
      counts.computeIfAbsent(kind, none -> new AtomicLong()).incrementAndGet();
      Fate fate = faults.of(kind, number.incrementAndGet());
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (fate == Fate.REFUSED) {
        byte[] refusal = SLOW_DOWN.getBytes(StandardCharsets.UTF_8);
        boolean silent = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(UNAVAILABLE, silent ? -1 : refusal.length);
        if (!silent) {
          exchange.getResponseBody().write(refusal);
        }
        return;
      }
      if (fate == Fate.SLOW) {
        TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS);
      }
      HttpResponse<byte[]> answer = client.send(request(exchange, body), ofBytes());
      if (fate != Fate.LOST) { // else the connection is closed without an answer
        answer(exchange, answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a request was passed on");
    }
  }

  private static HttpResponse.BodyHandler<byte[]> ofBytes() {
    return HttpResponse.BodyHandlers.ofByteArray();
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(exchange.getRequestURI().toString()));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    HttpRequest.BodyPublisher content =
        body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body);
    return request.method(exchange.getRequestMethod(), content).build();
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String low = name.toLowerCase(java.util.Locale.ROOT);
              if (!OWN_HEADERS.contains(low) || (head && low.equals("content-length"))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    byte[] bytes = answer.body();
    exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
  }
}
