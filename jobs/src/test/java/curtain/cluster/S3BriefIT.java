package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./curtain} in and out over S3, which refuses, delays and loses some of the requests. */
@Tag("cluster")
@Tag("brief")
final class S3BriefIT {
  private static final int IMAGES = 12;

  /** Of the requests that go wrong; no divisor of the others. */
  private static final int REFUSED = 11;

  private static final int LOST = 23;
  private static final int SLOW = 41;

  @TempDir Path folder;

  @Test
  void theRowsAreThoseOfALocalRunAndNothingIsCopied() throws Exception {
    Path data = Installation.data();
    Path photos = data.resolve("cifar10-sample/test");
    Path weights = data.resolve("weights/cifar10-resnet20.th");
    Installation.curtain(folder, pullbacks(photos.toString(), weights.toString(), "here"))
        .expect(0);
    List<String> expected = rows(folder.resolve("here"));
    assertEquals(IMAGES, expected.size());
    try (S3Server s3 = new S3Server(folder)) {
      s3.put(photos, "photos");
      s3.put(weights, "weights.th");
      s3.traffic().let(S3BriefIT::fate);
      Finished run =
          Installation.curtain(
              folder,
              s3.environment(),
              pullbacks(S3Server.uri("photos"), S3Server.uri("weights.th"), S3Server.uri("out")));
      run.expect(0);
      Map<String, Long> requests = s3.traffic().counts();
      assertEquals(expected, rows(s3.bucket().resolve("out")));
      assertTrue(Files.exists(s3.bucket().resolve("out/_SUCCESS")));
      assertEquals(List.of(), s3.objects("out/_", ".parquet"), "something is left");
      assertEquals(List.of(), s3.objects(".mpus", ""), "an upload is left");
      assertFalse(requests.containsKey("CopyObject"), requests.toString());
      assertTrue(requests.get("CompleteMultipartUpload") > 0, requests.toString());
    }
  }

  private static S3Traffic.Fate fate(String kind, long number) {
    if (number % REFUSED == 0) {
      return S3Traffic.Fate.REFUSED;
    } else if (number % LOST == 0) {
      return S3Traffic.Fate.LOST;
    }
    return number % SLOW == 0 ? S3Traffic.Fate.SLOW : S3Traffic.Fate.WELL;
  }

  private static String[] pullbacks(String images, String weights, String output) {
    return new String[] {
      "pullbacks",
      "--images",
      images,
      "--limit",
      String.valueOf(IMAGES),
      "--model",
      "cifar_resnet20",
      "--weights",
      weights,
      "--targets",
      "cat",
      "--batch-size",
      "4",
      "--partitions",
      "3",
      "--threads",
      "1",
      "--output",
      output
    };
  }

  private static List<String> rows(Path output) throws Exception {
    return Rows.read(
        "SELECT * REPLACE (md5(pullback::varchar) AS pullback) FROM read_parquet('%s/pullbacks/*.parquet')"
                .formatted(output)
            + " ORDER BY ordinal");
  }
}
