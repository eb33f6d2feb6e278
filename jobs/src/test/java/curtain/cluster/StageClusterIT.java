package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stage in a program of the user's, on executors that are processes: the rows of {@code
 * pullbacks} in one process, bit by bit.
 */
@Tag("cluster")
final class StageClusterIT {
  @TempDir static Path folder;

  @Test
  void localCluster() throws Exception {
    Path data = Installation.data();
    String images = data.resolve("cifar10-sample/test/airplane").toString();
    String weights = data.resolve("weights/cifar10-resnet20.th").toString();
    // As many threads as an executor's core: a library may add up otherwise with more.
    Installation.curtain(
            folder,
            "pullbacks",
            "--images",
            images,
            "--model",
            "cifar_resnet20",
            "--weights",
            weights,
            "--targets",
            "cat",
            "--cosine",
            "--batch-size",
            "4",
            "--threads",
            "1",
            "--output",
            "job")
        .expect(0);
    List<String> expected = rows("job/pullbacks");
    assertEquals(50, expected.size());

    Finished run =
        Installation.programOnLocalCluster(
                folder, StageProgram.class, images, weights, folder.resolve("stage").toString())
            .expect(0);
    assertEquals("files: 1", run.out().strip(), "one program, shipped once");
    assertEquals(expected, rows("stage"));
  }

  private static List<String> rows(String output) throws Exception {
    return Rows.read(
        "SELECT image_id, target, gate, temperature, pool, logit, probability, norm,"
            + " cosine_to_gradient, shape, md5(pullback::varchar) AS pullback"
            + " FROM read_parquet('%s/*.parquet') ORDER BY image_id"
                .formatted(folder.resolve(output)));
  }
}
