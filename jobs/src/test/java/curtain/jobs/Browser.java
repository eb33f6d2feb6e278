package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> answers;
  private final List<String> complaints;
  private int commands;

  private Browser(
      Process process,
      WebSocket socket,
      Map<Integer, CompletableFuture<JsonNode>> answers,
      List<String> complaints) {
    this.process = process;
    this.socket = socket;
    this.answers = answers;
    this.complaints = complaints;
  }

  /** Starts one; skips the test where there is none. */
  static Browser required(Path scratch) throws Exception {
    String command = find();
    assumeTrue(
        command != null, "skipped: no browser: install chromium, or name one in -Dcurtain.browser");
    Process process =
        new ProcessBuilder(
                command,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + Files.createDirectory(scratch.resolve("browser")),
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      HttpClient http = HttpClient.newHttpClient();
      String address = address(process);
      HttpRequest list =
          HttpRequest.newBuilder(URI.create("http://" + address + "/json/list")).build();
      String page = null;
      for (JsonNode tab :
          JSON.readTree(http.send(list, HttpResponse.BodyHandlers.ofString()).body())) {
        if (tab.get("type").asText().equals("page")) {
          page = tab.get("webSocketDebuggerUrl").asText();
        }
      }
      Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
      List<String> complaints = Collections.synchronizedList(new ArrayList<>());
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create(page), new Messages(answers, complaints))
              .get(20, TimeUnit.SECONDS);
      Browser browser = new Browser(process, socket, answers, complaints);
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        browser.call(domain + ".enable", Map.of());
      }
      return browser;
    } catch (Exception | Error e) {
      stop(process);
      throw e;
    }
  }

  private static String find() {
    String named = System.getProperty("curtain.browser");
    if (named != null) {
      return named.equals("none") ? null : named;
    }
    for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
      for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
        if (Files.isExecutable(Path.of(directory, name))) {
          return Path.of(directory, name).toString();
        }
      }
    }
    return null;
  }

  private static String address(Process process) throws IOException {
    // Not closed: the browser goes on writing.
    BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        Thread rest = new Thread(() -> err.lines().forEach(more -> {}), "browser's messages");
        rest.setDaemon(true);
        rest.start();
        return listening.group(1);
      }
      said.append(line).append('\n');
    }
    throw new IOException("the browser ended: " + said);
  }

  /** Sends a command and waits for its answer. */
  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = ++commands;
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String command =
        JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    socket.sendText(command, true).get(30, TimeUnit.SECONDS);
    JsonNode got = answer.get(30, TimeUnit.SECONDS);
    assertFalse(got.has("error"), () -> method + ": " + got);
    return got.get("result");
  }

  /** Opens a page as wide as so many pixels, and waits until it has drawn itself. */
  void open(Path page, int width, String scheme) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
    scheme(scheme);
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    until("document.documentElement?.dataset.ready === 'true'");
  }

  /** Waits until something is true. */
  void until(String expression) throws Exception {
    for (int i = 0; i < 200; i++) {
      if (evaluate(expression).asBoolean()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("not true after 10 s: " + expression + "; " + complaints);
  }

  /** Chooses light or dark. */
  void scheme(String scheme) throws Exception {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** The value of an expression of the page's. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    assertFalse(answer.has("exceptionDetails"), () -> expression + ": " + answer);
    JsonNode value = answer.get("result").get("value");
    return value == null ? JSON.nullNode() : value;
  }

  /** The page as PDF. */
  byte[] print() throws Exception {
    return Base64.getDecoder().decode(call("Page.printToPDF", Map.of()).get("data").asText());
  }

  /** Exceptions, messages on the console, and what was asked of the network. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    socket.abort();
    stop(process);
  }

  private static void stop(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    // Its directory is deleted next.
    process.destroyForcibly().onExit().join();
  }

  /** What the browser says. */
  private static final class Messages implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> answers;
    private final List<String> complaints;
    private final StringBuilder part = new StringBuilder();

    Messages(Map<Integer, CompletableFuture<JsonNode>> answers, List<String> complaints) {
      this.answers = answers;
      this.complaints = complaints;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        try {
          message(JSON.readTree(part.toString()));
        } catch (IOException e) {
          complaints.add(e.toString());
        }
        part.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void message(JsonNode message) {
      if (message.has("id")) {
        answers.remove(message.get("id").asInt()).complete(message);
        return;
      }
      String method = message.get("method").asText();
      String url = message.at("/params/request/url").asText();
      boolean wrong =
          Arrays.asList("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
              .contains(method);
      if (wrong || (method.equals("Network.requestWillBeSent") && !url.matches("(file|data):.*"))) {
        complaints.add(message.toString());
      }
    }
  }
}
