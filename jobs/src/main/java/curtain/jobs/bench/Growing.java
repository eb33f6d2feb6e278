package curtain.jobs.bench;

import curtain.compile.ProgramInfo;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.network.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What {@code bench growth} lets grow, and the commands that it times. */
enum Growing {
  /** Images of {@code pullbacks}. */
  IMAGES("images of pullbacks"),
  /** Images of {@code gram}, whose work is that of all pairs. */
  GRAM_IMAGES("images of gram"),
  /** Gates of an image: the CIFAR ResNets from 20 to 110 layers. */
  GATES("gates of pullbacks"),
  /** Checkpoints of {@code stability}, one of which lends its gates. */
  CHECKPOINTS("checkpoints of stability"),
  /** Targets of each image of {@code pullbacks}. */
  TARGETS("targets of pullbacks");

  private static final String SMALLEST = "cifar_resnet20";
  private static final int MANY_CLASSES = 1_000;

  private final String title;

  Growing(String title) {
    this.title = title;
  }

  /** In words: {@code images of pullbacks}. */
  String title() {
    return title;
  }

  /** Its name as an option has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Makes the files of a size, and says the command. */
  interface Maker {
    /** The command's words, without {@code --output}. */
    List<String> make() throws IOException;
  }

  /**
   * One size.
   *
   * @param number what grows
   * @param command reads what it makes
   */
  record Size(long number, Maker command) {}

  /**
   * The sizes, the smallest first.
   *
   * @param most images of the largest run
   * @param folder where files are made
   */
  List<Size> sizes(int most, Path folder) throws IOException {
    return switch (this) {
      case IMAGES -> ladder(100, most, n -> pullbacks(SMALLEST, 10, "predicted", n, folder));
      case GRAM_IMAGES -> ladder(100, most / 10, n -> gram(n, folder));
      case TARGETS ->
          ladder(1, 300, k -> pullbacks(SMALLEST, MANY_CLASSES, "top:" + k, most / 100, folder));
      case CHECKPOINTS ->
          IntStream.of(2, 4, 8, 16, 32)
              .mapToObj(n -> new Size(n, () -> stability(n, most / 100, folder)))
              .toList();
      case GATES -> {
        List<Size> sizes = new ArrayList<>();
        for (int depth : new int[] {20, 32, 44, 56, 110}) {
          String model = "cifar_resnet" + depth;
          int images = most / 20;
          sizes.add(
              new Size(gates(model), () -> pullbacks(model, 10, "predicted", images, folder)));
        }
        yield sizes;
      }
    };
  }

  private interface Command {
    List<String> of(int size) throws IOException;
  }

  /** The numbers 1 and 3 times a power of ten, from one to another. */
  private static List<Size> ladder(int from, int to, Command command) {
    List<Size> sizes = new ArrayList<>();
    for (long n = from; n <= to; n *= 10) {
      for (long each : new long[] {n, 3 * n}) {
        if (each <= to) {
          sizes.add(new Size(each, () -> command.of((int) each)));
        }
      }
    }
    return sizes;
  }

  private static List<String> pullbacks(
      String model, int classes, String targets, int images, Path folder) throws IOException {
    Path weights = folder.resolve(model + "-" + classes + ".safetensors");
    RandomWeights.of(Architecture.of(model), classes, 0).writeSafetensors(weights);
    return List.of(
        "pullbacks",
        "--images",
        images(images, folder),
        "--model",
        model,
        "--weights",
        weights.toString(),
        "--targets",
        targets,
        "--store",
        "none");
  }

  private static List<String> gram(int images, Path folder) throws IOException {
    Path weights = folder.resolve("gram.safetensors");
    RandomWeights.of(Architecture.of(SMALLEST), 0).writeSafetensors(weights);
    return List.of(
        "gram",
        "--images",
        images(images, folder),
        "--model",
        SMALLEST,
        "--weights",
        weights.toString(),
        "--gate",
        "hard",
        "--keep",
        "none");
  }

  private static List<String> stability(int checkpoints, int images, Path folder)
      throws IOException {
    Path run = Files.createDirectories(folder.resolve("checkpoints-" + checkpoints));
    for (int i = 0; i < checkpoints; i++) {
      RandomWeights.of(Architecture.of(SMALLEST), i)
          .writeSafetensors(run.resolve("step-" + i + ".safetensors"));
    }
    return List.of(
        "stability",
        "--images",
        images(images, folder),
        "--model",
        SMALLEST,
        "--checkpoints",
        run.toString(),
        "--gates-from",
        "1");
  }

  private static String images(int count, Path folder) throws IOException {
    Path file = folder.resolve("images-" + count + ".zip");
    if (!Files.exists(file)) {
      GrowingImages.write(count, file);
    }
    return file.toString();
  }

  private static long gates(String model) throws IOException {
    return ProgramInfo.relus(
            RandomWeights.network(Architecture.of(model), Normalisation.IMAGENET, 0))
        .stream()
        .mapToLong(ProgramInfo.Layer::size)
        .sum();
  }
}
