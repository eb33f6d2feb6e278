package curtain.jobs.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.FileServer;
import curtain.jobs.fixtures.Run;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Sha256;
import curtain.network.Architecture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server on this machine: whole, cut, wrong, refused. */
@Timeout(60)
@Tag("engine")
class FetchTest {
  private static final int SIZE = 3_000_000;

  @TempDir Path dir;
  private final byte[] bytes = new byte[SIZE];
  private FileServer server;
  private PublishedFile published;
  private Path file;
  private Path part;

  @BeforeEach
  void serve() throws IOException {
    new Random(1).nextBytes(bytes);
    server = new FileServer(bytes);
    published =
        new PublishedFile(
            "net",
            "unused",
            "net.pth",
            SIZE,
            SIZE,
            HexFormat.of().formatHex(Sha256.digest().digest(bytes)).substring(0, 8));
    file = dir.resolve("net.pth");
    part = dir.resolve("net.pth.part");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void download() throws IOException, InterruptedException {
    download("/files/net.pth", published, 3);
  }

  private void download(String path, PublishedFile published, int failures)
      throws IOException, InterruptedException {
    try (Progress progress = new Progress("fetch", null, false, 0)) {
      new Download(progress, Duration.ofMillis(700), Duration.ofMillis(10), failures)
          .run(server.uri(path), published, file);
    }
  }

  private String failure(int failures) {
    return assertThrows(IOException.class, () -> download("/files/net.pth", published, failures))
        .getMessage();
  }

  private void assertWhole(String... requests) throws IOException {
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertFalse(Files.exists(part));
    assertEquals(List.of(requests), server.requests());
  }

  @Test
  void aFileComesWhole() throws Exception {
    download();
    assertWhole("whole");
  }

  @Test
  void redirectsAreFollowed() throws Exception {
    download("/moved/net.pth", published, 0);
    assertWhole("whole");
  }

  @Test
  void aCutConnectionGoesOnWhereItWas() throws Exception {
    server.cutAfter = 1_000_000;
    server.cuts.set(2);
    download();
    assertEquals(3, server.requests().size());
    assertEquals("whole", server.requests().get(0));
    assertTrue(server.requests().get(2).matches("bytes=[1-9]\\d*-"), "" + server.requests());
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void anotherRunGoesOnWhereTheFirstGaveUp() throws Exception {
    server.cutAfter = 1_000_000;
    server.cuts.set(1);
    String message = failure(0);
    long kept = Files.size(part);
    assertEquals(
        String.format(
            Locale.ROOT,
            "%s: the connection was cut; %,d bytes are kept, the same command goes on from there",
            server.uri("/files/net.pth"),
            kept),
        message);
    assertTrue(kept > 0 && kept <= 1_000_000, "kept " + kept);
    assertFalse(Files.exists(file));
    download();
    assertWhole("whole", "bytes=" + kept + "-");
  }

  @Test
  void aSilentServerCountsAsCut() throws Exception {
    server.cutAfter = 500_000;
    server.cuts.set(1);
    server.silent = true;
    download();
    assertEquals(2, server.requests().size());
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void aServerWithoutRangeBeginsAgain() throws Exception {
    server.ranges = false;
    Files.write(part, Arrays.copyOf(bytes, 700_000));
    download();
    assertWhole("bytes=700000-");
  }

  @Test
  void aWholePartIsTakenWithoutItsBytesComingAgain() throws Exception {
    Files.write(part, bytes);
    download();
    assertWhole("bytes=3000000-");
  }

  @Test
  void aPartOfAnotherFileIsThrownAway() throws Exception {
    Files.write(part, new byte[1234]);
    download();
    assertWhole("bytes=1234-", "whole");
  }

  @Test
  void aPartThatIsTooLongIsThrownAway() throws Exception {
    Files.write(part, new byte[SIZE + 5]);
    download();
    assertWhole("bytes=3000005-", "whole");
  }

  @Test
  void aWrongChecksumKeepsNothingOfIt() throws Exception {
    server.bytes = bytes.clone();
    server.bytes[17] ^= 1;
    Files.writeString(file, "what was there before");
    String message = failure(3);
    assertTrue(
        message.matches(
            "http://.*/files/net.pth has the SHA-256 [0-9a-f]{8} where "
                + published.sha256()
                + "\\.\\.\\. is published; nothing of it was kept"),
        message);
    assertEquals(1, server.requests().size());
    assertEquals("what was there before", Files.readString(file));
    assertFalse(Files.exists(part));
  }

  @Test
  void anotherSizeIsSeenBeforeAnythingComes() throws Exception {
    server.bytes = Arrays.copyOf(bytes, 100);
    String message = failure(3);
    assertTrue(
        message.endsWith(
            "has 100 bytes where 3,000,000 are published; see whether --from is right"),
        message);
    assertFalse(Files.exists(part));

    // Nor is what came before from elsewhere given up for it.
    server.ranges = false;
    Files.write(part, Arrays.copyOf(bytes, 700_000));
    assertEquals(message, failure(3));
    server.bytes = bytes;
    server.ranges = true;
    download();
    assertWhole("whole", "bytes=700000-", "bytes=700000-");
  }

  /** Torchvision's files have a limit in place of a size. */
  private PublishedFile unsized(long most) {
    return new PublishedFile("net", "unused", "net.pth", 0, most, published.sha256());
  }

  @Test
  void noMoreComesThanAFileCanHave() throws Exception {
    String source = server.uri("/files/net.pth").toString();
    PublishedFile smaller = unsized(SIZE - 1);
    assertEquals(
        source
            + " has 3,000,000 bytes where at most 2,999,999 are expected; see whether --from is right",
        failure(smaller));
    assertFalse(Files.exists(part));

    // The server does not say how many there will be.
    server.announced = false;
    assertEquals(
        source
            + ": the server sends more than the 2,999,999 bytes of the file; nothing of it was kept",
        failure(smaller));
    assertFalse(Files.exists(part));
    // A published size counts as well.
    server.bytes = Arrays.copyOf(bytes, SIZE + 100_000);
    assertTrue(failure(published).contains("sends more than the 3,000,000 bytes"));
    assertFalse(Files.exists(part));

    // It says fewer than it sends.
    server.bytes = bytes;
    Files.write(part, Arrays.copyOf(bytes, 1000));
    server.total = 1_500_000;
    assertTrue(failure(unsized(SIZE)).contains("sends more than the 1,500,000 bytes"));
    assertFalse(Files.exists(part));
    Files.write(part, Arrays.copyOf(bytes, 1000));
    server.total = Long.MAX_VALUE;
    assertTrue(failure(unsized(SIZE)).contains("sends another range than was asked for"));

    server.total = SIZE;
    download("/files/net.pth", unsized(SIZE), 0);
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  private String failure(PublishedFile other) {
    return assertThrows(IOException.class, () -> download("/files/net.pth", other, 0)).getMessage();
  }

  @Test
  void aServerThatDoesNotAnswerIsSaidWithTheCause() throws Exception {
    // Accepts no connection, though the system does.
    try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI source = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/net.pth");
      String message =
          assertThrows(
                  IOException.class,
                  () -> {
                    try (Progress progress = new Progress("fetch", null, false, 0)) {
                      new Download(progress, Duration.ofMillis(300), Duration.ofMillis(10), 1)
                          .run(source, published, file);
                    }
                  })
              .getMessage();
      assertTrue(message.startsWith(source + ": the server does not answer ("), message);
      assertTrue(message.endsWith("request timed out)"), message);
      assertFalse(Files.exists(part));
    }
  }

  @Test
  void whatIsNotThereIsSaidAtOnce() {
    server.status = 404;
    assertEquals(
        server.uri("/files/net.pth") + ": the server answers 404; see whether --from is right",
        failure(3));
    assertEquals(1, server.requests().size());
    assertFalse(Files.exists(part));
  }

  @Test
  void aFailingServerIsAskedAgain() throws Exception {
    Files.write(part, Arrays.copyOf(bytes, 1000));
    server.status = 503;
    String message = failure(2);
    assertTrue(message.contains("the server answers 503; 1,000 bytes are kept"), message);
    assertEquals(3, server.requests().size());
    assertEquals(1000, Files.size(part));
  }

  @Test
  void noConnectionIsSaidAtOnce() {
    server.close();
    String message = failure(3);
    assertTrue(message.contains(": no connection; check the network, or name a proxy"), message);
    assertFalse(Files.exists(part));
  }

  @Test
  void twoDownloadsDoNotWriteTheSameFile() throws Exception {
    try (FileChannel other =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock();
      assertEquals(part + " is being written by another fetch; wait for that one", failure(0));
    }
    assertTrue(Files.exists(part));
    assertEquals(List.of(), server.requests());
  }

  @Test
  void everyNetworkOfTorchvisionIsPublished() {
    List<String> networks =
        Architecture.names().stream()
            .filter(name -> !name.startsWith("cifar_") && !name.equals("demo_cnn"))
            .toList();
    assertEquals(
        networks,
        PublishedFile.keys().stream().filter(key -> !key.startsWith("imagenette")).toList());
    assertEquals("alexnet-owt-7be5be79.pth", PublishedFile.of("alexnet").name());
    assertEquals("7be5be79", PublishedFile.of("alexnet").sha256());
    assertEquals("imagenette2-160.tgz", PublishedFile.of("imagenette2-160").name());
  }

  @Test
  void theCommandFetchesOnceAndKeepsWhatIsRight() throws Exception {
    // No weights, but of their SHA-256 the first eight digits are those of resnet18's.
    server.bytes = "707339452".getBytes(StandardCharsets.US_ASCII);
    Path output = dir.resolve("new/data");
    String[] command = {
      "fetch",
      "resnet18",
      "resnet18",
      "--output",
      output.toString(),
      "--from",
      server.uri("/moved").toString()
    };
    Run run = Run.curtain(command);
    assertEquals(0, run.status(), run.err());
    Path fetched = output.resolve("resnet18-f37072fd.pth");
    assertTrue(
        run.err()
            .contains(
                String.format(
                    Locale.ROOT,
                    "curtain fetch: %s is here, 0 s (%,d bytes, checksum right)",
                    fetched,
                    server.bytes.length)),
        run.err());
    assertArrayEquals(server.bytes, Files.readAllBytes(fetched));

    server.status = 500;
    Run again = Run.curtain(command);
    assertEquals(0, again.status(), again.err());
    assertTrue(again.err().contains(fetched + " is here already ("), again.err());
    assertEquals(1, server.requests().size());

    String[] resume =
        Stream.concat(Stream.of(command), Stream.of("--resume")).toArray(String[]::new);
    Run kept = Run.curtain(resume);
    assertEquals(0, kept.status(), kept.err());
    assertEquals(again.err(), kept.err());
    assertEquals(1, server.requests().size());
    assertEquals(
        "curtain: --overwrite, --resume are mutually exclusive (specify only one) (see curtain fetch --help)\n",
        Run.curtain(
                Stream.concat(Stream.of(resume), Stream.of("--overwrite")).toArray(String[]::new))
            .err());

    Files.write(fetched, new byte[3]);
    Run wrong = Run.curtain(command);
    assertEquals(wrong, Run.curtain(resume));
    assertArrayEquals(new byte[3], Files.readAllBytes(fetched));
    assertEquals(1, wrong.status());
    assertEquals(
        "curtain: %s has the SHA-256 709e80c8 where f37072fd... is published; move it away, or give --overwrite to download it again%n"
            .formatted(fetched),
        wrong.err());
    server.status = 0;
    String[] replace =
        Stream.concat(Stream.of(command), Stream.of("--overwrite", "--quiet"))
            .toArray(String[]::new);
    Run replaced = Run.curtain(replace);
    assertEquals(0, replaced.status(), replaced.err());
    assertEquals("", replaced.err());
    assertArrayEquals(server.bytes, Files.readAllBytes(fetched));
  }

  @Test
  void whatTheDiskRefusesIsOneLine() throws Exception {
    Path plain = Files.writeString(dir.resolve("plain"), "no directory");
    Run run = Run.curtain("fetch", "alexnet", "--output", plain.resolve("x").toString());
    assertEquals(1, run.status());
    assertTrue(
        run.err()
            .startsWith("curtain: --output " + plain.resolve("x") + " cannot be made a directory"),
        run.err());
    assertEquals(1, run.err().lines().count());

    // The name of the part is taken by a directory.
    Files.createDirectories(dir.resolve("alexnet-owt-7be5be79.pth.part"));
    Run taken =
        Run.curtain(
            "fetch",
            "alexnet",
            "--quiet",
            "--output",
            dir.toString(),
            "--from",
            server.uri("/files").toString());
    assertEquals(1, taken.status());
    assertTrue(
        taken.err().startsWith("curtain: --output " + dir + " cannot be written: "), taken.err());
    Files.createDirectories(dir.resolve("resnet18-f37072fd.pth"));
    assertEquals(
        "curtain: %s is a directory; choose another --output%n"
            .formatted(dir.resolve("resnet18-f37072fd.pth")),
        Run.curtain("fetch", "resnet18", "--output", dir.toString()).err());
  }

  @Test
  void progressCountsMegabytes() throws Exception {
    StringWriter shown = new StringWriter();
    // Long ago, so that the first bytes are shown.
    try (Progress progress = new Progress("fetch", new PrintWriter(shown), true, 0)) {
      new Download(progress, Duration.ofSeconds(5), Duration.ofMillis(10), 0)
          .run(server.uri("/files/net.pth"), published, file);
    }
    assertTrue(shown.toString().contains(" of 3 MB ("), shown.toString());
  }
}
