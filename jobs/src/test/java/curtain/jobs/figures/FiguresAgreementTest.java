package curtain.jobs.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Python;
import curtain.jobs.fixtures.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every cell of a figure beside the same drawn from float64 autograd: of three photos, or with
 * {@code -Dcurtain.full=true} of ten.
 */
@Tag("reference")
class FiguresAgreementTest {
  /** Mean absolute difference of a cell's pixels, of 255. */
  private static final double MOST = 1;

  @TempDir Path dir;

  @Test
  void cellsAreThoseOfTheReference() throws Exception {
    int photos = Shared.full() ? 10 : 3;
    int targets = Shared.full() ? 3 : 2;
    String images = Shared.path(Shared.PHOTOS).toString();
    String weights = Shared.path(Shared.SQUEEZENET_WEIGHTS).toString();
    String oracle = Shared.real("reference/oracle.py").toString();
    Shared.python();
    Path pullbacks = dir.resolve("pullbacks");
    Path figures = dir.resolve("figures");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            images,
            "--model",
            "squeezenet1_1",
            "--weights",
            weights,
            "--limit",
            String.valueOf(photos),
            "--targets",
            "top:" + targets,
            "--temperature",
            "0.3,60",
            "--with-gradient",
            "--device",
            "cpu",
            "--output",
            pullbacks.toString());
    assertEquals(0, run.status(), run.err());
    run = Run.curtain("figures", "--input", pullbacks.toString(), "--output", figures.toString());
    assertEquals(0, run.status(), run.err());

    List<String> cells =
        Python.run(
            dir, "figure_cells.py", oracle, "squeezenet1_1", weights, images, figures.toString());
    assertEquals(photos + photos * targets * 3, cells.size());
    double worst = 0;
    double sum = 0;
    for (String cell : cells) {
      String[] columns = cell.split("\t", -1);
      double difference = Double.parseDouble(columns[4]);
      // The input is shown as it is.
      assertTrue(difference < (columns[1].isEmpty() ? 1e-12 : MOST), cell);
      worst = Math.max(worst, difference);
      sum += difference;
    }
    System.out.printf(
        "figures of %d Imagenette photos, %d cells: mean absolute difference of a cell's pixels at"
            + " most %.4f of 255, on average %.4f%n",
        photos, cells.size(), worst, sum / cells.size());
  }
}
