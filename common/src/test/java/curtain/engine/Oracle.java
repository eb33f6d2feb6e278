package curtain.engine;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import curtain.Shared;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The reference implementation, src/test/python/oracle_server.py; float64. Tests that run in one
 * process ask, one after the other, one process of it, which takes seconds to start.
 */
public final class Oracle implements AutoCloseable {
  private static Server server;

  private final Path scratch;

  private Oracle(Path scratch) {
    this.scratch = scratch;
  }

  /** The process, which ends when its input does, with this one. */
  private record Server(Process process, Writer questions, BufferedReader answers, Path errors) {
    static Server start() throws IOException {
      Path reference = Shared.path("reference/oracle.py");
      Path script = Shared.root().resolve("common/src/test/python/oracle_server.py");
      ProcessBuilder builder =
          new ProcessBuilder(Shared.python(), script.toString(), reference.toString());
      Path errors = Files.createTempFile("oracle", ".err");
      errors.toFile().deleteOnExit();
      Process process = builder.redirectError(errors.toFile()).start();
      return new Server(process, process.outputWriter(), process.inputReader(), errors);
    }
  }

  /** Starts it, if need be; the test is skipped where Python or the reference is absent. */
  public static synchronized Oracle start(Path scratch) throws IOException {
    if (server == null || !server.process().isAlive()) {
      server = Server.start();
    }
    return new Oracle(scratch);
  }

  private static synchronized JsonObject ask(String what, Map<String, ?> arguments)
      throws IOException {
    Map<String, Object> question = new TreeMap<>(arguments);
    question.put("do", what);
    server.questions().write(new Gson().toJson(question) + "\n");
    server.questions().flush();
    String answer = server.answers().readLine();
    if (answer == null) {
      Path errors = server.errors();
      server = null;
      throw new IOException("the oracle failed: " + Files.readString(errors));
    }
    return new Gson().fromJson(answer, JsonObject.class);
  }

  /** Reads an ImageFolder; gives the images' names. */
  public List<String> images(Path root, int size, int limit) throws IOException {
    JsonObject answer =
        ask("images", Map.of("root", root.toString(), "size", size, "limit", limit));
    List<String> names = new ArrayList<>();
    answer.getAsJsonArray("names").forEach(name -> names.add(name.getAsString()));
    return names;
  }

  /** Makes weights for the images that were read, and loads them. */
  Path make(String architecture) throws IOException {
    Path out = scratch.resolve(architecture + ".pth");
    ask("make", Map.of("arch", architecture, "out", out.toString()));
    return out;
  }

  public void load(String architecture, Path weights) throws IOException {
    ask("load", Map.of("arch", architecture, "weights", weights.toString()));
  }

  /**
   * How the product's decisions differ from the reference's.
   *
   * @param worst largest |z| of a differing gate, in root mean squares of its layer
   * @param odd images with a difference
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Verdict(
      long gates,
      long differing,
      double worst,
      long windows,
      long selected,
      List<Integer> odd,
      double[] logits) {}

  /** Compares decisions; later pullbacks may be asked for with them. */
  Verdict judge(Map<Integer, ImagePullbacks> results) throws IOException {
    Path directory = Files.createTempDirectory(scratch, "decisions");
    List<Integer> images = new ArrayList<>(new TreeMap<>(results).keySet());
    for (int image : images) {
      try (var out = Files.newOutputStream(directory.resolve(image + ".bin"))) {
        for (byte[] signs : results.get(image).signs()) {
          out.write(signs);
        }
        for (byte[] selections : results.get(image).selections()) {
          out.write(selections);
        }
      }
    }
    JsonObject answer = ask("judge", Map.of("images", images, "directory", directory.toString()));
    List<Integer> odd = new ArrayList<>();
    answer.getAsJsonArray("odd").forEach(image -> odd.add(image.getAsInt()));
    return new Verdict(
        answer.get("gates").getAsLong(),
        answer.get("differing").getAsLong(),
        answer.get("worst").getAsDouble(),
        answer.get("windows").getAsLong(),
        answer.get("selected").getAsLong(),
        odd,
        doubles(directory.resolve("logits.bin")));
  }

  /** What a pullback is asked for with. */
  record Gating(String gate, String pool, double temperature, boolean compat, boolean own) {}

  /** Pullbacks (images, targets, 3, H, W), as one array. */
  double[] pullback(Gating gating, List<Integer> images, List<List<Integer>> targets)
      throws IOException {
    Path out = scratch.resolve("pullback.bin");
    ask(
        "pullback",
        Map.of(
            "images", images,
            "targets", targets,
            "gate", gating.gate(),
            "temperature", gating.temperature(),
            "pool", gating.pool(),
            "compat", gating.compat(),
            "own", gating.own(),
            "out", out.toString()));
    return doubles(out);
  }

  /** Of each image and channel the value and the pullback (3, H, W), one behind the other. */
  double[] neuron(Gating gating, List<Integer> images, NeuronChoice neurons) throws IOException {
    Path out = scratch.resolve("neuron.bin");
    Map<String, Object> arguments = new TreeMap<>();
    arguments.put("images", images);
    arguments.put("layer", neurons.layer());
    arguments.put("channels", neurons.channels());
    arguments.put("position", neurons.position());
    arguments.put("gate", gating.gate());
    arguments.put("temperature", gating.temperature());
    arguments.put("pool", gating.pool());
    arguments.put("own", gating.own());
    arguments.put("out", out.toString());
    ask("neuron", arguments);
    return doubles(out);
  }

  /** Points (3, side, side) take the place of the images that were read. */
  void points(List<float[]> points, int side) throws IOException {
    Path file = write("points.bin", points);
    ask("points", Map.of("file", file.toString(), "size", side));
  }

  /** What an ascent is asked for with. */
  record Walking(
      String gate, String pool, double temperature, boolean own, double alpha, double eps) {}

  /**
   * Projected gradient ascent from each of the images, or points: for each of them and each step
   * all logits before it, then the point after it, as one array.
   *
   * @param originals centre of the ball around each image
   */
  double[] ascend(Walking walking, List<Integer> targets, List<float[]> originals, int steps)
      throws IOException {
    Path out = scratch.resolve("ascend.bin");
    Map<String, Object> arguments = new TreeMap<>();
    arguments.put("images", IntStream.range(0, targets.size()).boxed().toList());
    arguments.put("targets", targets);
    arguments.put("originals", write("originals.bin", originals).toString());
    arguments.put("gate", walking.gate());
    arguments.put("pool", walking.pool());
    arguments.put("temperature", walking.temperature());
    arguments.put("own", walking.own());
    arguments.put("alpha", walking.alpha());
    arguments.put("eps", walking.eps());
    arguments.put("steps", steps);
    arguments.put("out", out.toString());
    ask("ascend", arguments);
    return doubles(out);
  }

  private Path write(String name, List<float[]> arrays) throws IOException {
    Path file = scratch.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (float[] array : arrays) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Float.BYTES * array.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(array);
        out.write(bytes.array());
      }
    }
    return file;
  }

  /**
   * The reference's matrices, see oracle_server.py.
   *
   * @param labels of the images, classes of CIFAR-10
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Stability(List<Integer> labels, double[] values) {}

  /** Gates of these checkpoints over the images that were read. */
  Stability stability(String architecture, List<Path> checkpoints) throws IOException {
    Path out = scratch.resolve("stability.bin");
    List<String> files = checkpoints.stream().map(Path::toString).toList();
    JsonObject answer =
        ask("stability", Map.of("arch", architecture, "checkpoints", files, "out", out.toString()));
    List<Integer> labels = new ArrayList<>();
    answer.getAsJsonArray("labels").forEach(label -> labels.add(label.getAsInt()));
    return new Stability(labels, doubles(out));
  }

  /**
   * The reference's Gram matrices, see oracle_server.py: log|K|, sign, layers, gates at rounding
   * level, one behind the other.
   */
  public double[] gram(String gate, double temperature, boolean bias) throws IOException {
    Path out = scratch.resolve("gram.bin");
    ask(
        "gram",
        Map.of("gate", gate, "temperature", temperature, "bias", bias, "out", out.toString()));
    return doubles(out);
  }

  private static double[] doubles(Path file) throws IOException {
    DoubleBuffer buffer =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** The process lets go of the images and the network. */
  @Override
  public void close() throws IOException {
    if (server != null) {
      ask("forget", Map.of());
    }
  }
}
