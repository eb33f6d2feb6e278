package curtain.pullback;

import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ClassList;
import curtain.images.source.DecodedImage;
import curtain.pullback.Agreement.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs and trained networks, from the JPEG files on, against the reference in float64:
 * logits, top-1, pullbacks of the label's logit with sigmoid gates and softmax pools, and vanilla
 * gradients under the product's own decisions. All images with {@code -Dcurtain.full=true}.
 */
@Tag("reference")
final class PhotoAgreementTest {
  @TempDir Path scratch;

  /** Of the 100 photos of imagenet-sample and the 10 of imagenette-examples. */
  @Test
  void squeezeNetOnPhotos() throws IOException {
    String weights = "squeezenet1_1-imagenet.pth";
    Agreement.assertRounding(
        List.of(
            check("squeezenet1_1", weights, "imagenet-sample/val", all(4)),
            check("squeezenet1_1", weights, "imagenette-examples/val", all(2))));
  }

  @Test
  void resNet20OnCifar10() throws IOException {
    Agreement.assertRounding(
        List.of(check("cifar_resnet20", "cifar10-resnet20.th", "cifar10-sample/test", all(30))));
  }

  @Test
  void resNet56OnCifar10() throws IOException {
    Agreement.assertRounding(
        List.of(check("cifar_resnet56", "cifar10-resnet56.th", "cifar10-sample/test", all(8))));
  }

  private static int all(int otherwise) {
    return Shared.full() ? 1000 : otherwise;
  }

  private Oracle.Verdict check(String architecture, String weights, String folder, int limit)
      throws IOException {
    boolean cifar = architecture.startsWith("cifar");
    int side = cifar ? 32 : 224;
    Path root = Shared.real("data/" + folder);
    Path file = Shared.real("data/weights/" + weights);
    ClassList classes = cifar ? ClassList.cifar10() : ClassList.imagenet();
    try (Oracle oracle = Oracle.start(scratch)) {
      List<DecodedImage> images = Agreement.images(root, side, oracle.images(root, side, limit));
      oracle.load(architecture, file);
      List<List<Integer>> targets =
          images.stream()
              .map(image -> List.of(classes.labelOf(image.ref().directory()).getAsInt()))
              .toList();
      Agreement agreement = new Agreement(oracle, scratch, architecture, file, images);
      agreement.check(
          new Case(
              Gate.SIGMOID,
              PoolGate.SOFTMAX,
              false,
              List.of(0.3),
              targets,
              List.of(0),
              List.of(0),
              true),
          cifar ? 50 : 8);
      System.out.println(folder + ", " + agreement.summary());
      return agreement.verdict();
    }
  }
}
