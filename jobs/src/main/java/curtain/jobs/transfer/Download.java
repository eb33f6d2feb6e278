package curtain.jobs.transfer;

import curtain.OneLine;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads a published file by HTTP. Bytes go to NAME.part beside the file, which is renamed when
 * it is whole and its checksum is right. After a cut connection, or in another run, the download
 * resumes from there if the server supports ranges, else from the start. No more bytes are read
 * than the server announced and the file can have. Redirects are followed; proxies are those of
 * Java's system properties ({@code https.proxyHost} and others).
 */
final class Download {
  private static final int BUFFER = 1 << 16;
  private static final long MEGABYTE = 1_000_000;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-\\d+|\\*)/(\\d{1,18}|\\*)");

  private final HttpClient client;
  private final Progress progress;
  private final Duration silence;
  private final Duration pause;
  private final int failures;

  /** A failure after which another request may succeed. */
  private static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;

    CutException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @param progress takes the number of megabytes
   * @param silence time without a byte after which a connection counts as cut
   * @param pause pause before the second attempt; it doubles before every further one
   * @param failures number of failures in a row, without a byte between them, that end the download
   */
  Download(Progress progress, Duration silence, Duration pause, int failures) {
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(silence)
            .build();
    this.progress = progress;
    this.silence = silence;
    this.pause = pause;
    this.failures = failures;
  }

  /**
   * Downloads the file.
   *
   * @param source address of the file
   * @param published size and checksum that it must have
   * @param file where it goes; an existing file is replaced in one step when the new one is whole
   * @throws IOException if the server does not have it, or sends another file, in one line that
   *     names the address; or if it cannot be written
   */
  void run(URI source, PublishedFile published, Path file)
      throws IOException, InterruptedException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel out =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      lock(out, part);
      boolean earlier = out.size() > 0;
      try {
        transfer(source, published, part, out);
        String fault = published.fault(part);
        if (fault != null && earlier) {
          // The partial file may have been of another version: start once more without it.
          out.truncate(0);
          transfer(source, published, part, out);
          fault = published.fault(part);
        }
        if (fault != null) {
          out.truncate(0);
          throw new IOException(source + " " + fault + "; nothing of it was kept");
        }
        out.force(true);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        if (out.size() == 0) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  private static void lock(FileChannel out, Path part) throws IOException {
    FileLock lock;
    try {
      lock = out.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new IOException(part + " is being written by another fetch; wait for that one");
    }
  }

  /** Sends requests until all bytes have arrived. */
  private void transfer(URI source, PublishedFile published, Path part, FileChannel out)
      throws IOException, InterruptedException {
    int failed = 0;
    while (true) {
      long had = out.size();
      try {
        request(source, published, part, out);
        return;
      } catch (CutException e) {
        failed = out.size() > had ? 1 : failed + 1;
        if (failed > failures) {
          throw new IOException(
              e.getMessage()
                  + (out.size() == 0
                      ? ""
                      : String.format(
                          Locale.ROOT,
                          "; %,d bytes are kept, the same command goes on from there",
                          out.size())),
              e);
        }
        Thread.sleep(pause.multipliedBy(1L << (failed - 1)).toMillis());
      }
    }
  }

  private void request(URI source, PublishedFile published, Path part, FileChannel out)
      throws IOException, InterruptedException {
    long have = out.size();
    HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(silence);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      String message =
          source
              + ": no connection; check the network, or name a proxy by CURTAIN_JAVA_OPTS="
              + "-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT, or a mirror by --from";
      throw have == 0 ? new IOException(message, e) : new CutException(message, e);
    } catch (IOException e) {
      // For example a certificate that Java does not trust, or a proxy that asks for a password.
      throw new CutException(source + ": the server does not answer (" + OneLine.of(e) + ")", e);
    }
    try (InputStream body = response.body()) {
      long total = total(source, published, response, out);
      if (out.size() < total || total < 0) {
        copy(source, body, part, out, total, total < 0 ? published.most() : total);
      }
    }
  }

  /**
   * The size of the whole file in bytes, or -1 if unknown. Empties the partial file where the
   * response is the whole file, unless its size is wrong.
   */
  private static long total(
      URI source, PublishedFile published, HttpResponse<InputStream> response, FileChannel out)
      throws IOException {
    int status = response.statusCode();
    Matcher range =
        CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
    boolean ranged = range.matches();
    long total = ranged && !range.group(2).equals("*") ? Long.parseLong(range.group(2)) : -1;
    if (status == 200) {
      total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    }
    if (total > published.most() && published.bytes() == 0) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes where at most %,d are expected; see whether --from is right",
              source,
              total,
              published.most()));
    }
    if (total >= 0 && published.bytes() > 0 && total != published.bytes()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes where %,d are published; see whether --from is right",
              source,
              total,
              published.bytes()));
    }
    if (status == 200) {
      out.truncate(0);
    } else if (status == 416 && total != out.size()) {
      out.truncate(0);
      throw new CutException(source + ": the server has less than what is here", null);
    } else if (status == 206
        && (!ranged || range.group(1) == null || Long.parseLong(range.group(1)) != out.size())) {
      out.truncate(0);
      throw new CutException(source + ": the server sends another range than was asked for", null);
    } else if (status >= 500 || status == 408 || status == 429) {
      throw new CutException(source + ": the server answers " + status, null);
    } else if (status != 206 && status != 416) {
      throw new IOException(
          source + ": the server answers " + status + "; see whether --from is right");
    }
    return total;
  }

  private void copy(URI source, InputStream body, Path part, FileChannel out, long total, long most)
      throws IOException {
    long first = out.size();
    out.position(first);
    progress.begin("MB");
    AtomicLong heard = new AtomicLong(System.nanoTime());
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "curtain-fetch-watch");
              thread.setDaemon(true);
              return thread;
            });
    try {
      long often = Math.max(1, silence.toMillis() / 4);
      var unused =
          watch.scheduleAtFixedRate(
              () -> closeIfSilent(body, heard), often, often, TimeUnit.MILLISECONDS);
      byte[] buffer = new byte[BUFFER];
      int count;
      while ((count = read(source, body, buffer)) >= 0) {
        heard.set(System.nanoTime());
        if (out.position() + count > most) {
          out.truncate(0);
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "%s: the server sends more than the %,d bytes of the file; nothing of it was kept",
                  source,
                  most));
        }
        write(part, ByteBuffer.wrap(buffer, 0, count), out);
        long done = out.position();
        if (total > 0) {
          progress.show(
              done / MEGABYTE, 0, (done - first) / MEGABYTE, (total + MEGABYTE - 1) / MEGABYTE);
        }
      }
    } finally {
      watch.shutdownNow();
    }
    if (total >= 0 && out.size() != total) {
      throw cut(source, null);
    }
  }

  private void closeIfSilent(InputStream body, AtomicLong heard) {
    if (System.nanoTime() - heard.get() > silence.toNanos()) {
      try {
        body.close();
      } catch (IOException e) {
        // The thread that reads the body gets the error and reports it.
      }
    }
  }

  private static int read(URI source, InputStream body, byte[] buffer) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw cut(source, e);
    }
  }

  private static void write(Path part, ByteBuffer bytes, FileChannel out) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new IOException(part + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static CutException cut(URI source, Throwable cause) {
    return new CutException(source + ": the connection was cut", cause);
  }
}
