package curtain.compile;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import curtain.network.Network;
import curtain.network.Operation;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a compiled program is: read from the archive by whoever runs it.
 *
 * @param model the architecture
 * @param imageSize side of the image, in pixels
 * @param classes number of logits; of neurons' programs the layer's channels
 * @param options fixed at compilation
 * @param relus the ReLU calls, in order
 * @param pools the max-pool calls, in order; the shapes are those of their results
 */
public record ProgramInfo(
    String model,
    int imageSize,
    int classes,
    CompileOptions options,
    List<Layer> relus,
    List<Layer> pools)
    implements Serializable {
  /** The extra file of an archive that holds it as JSON. */
  static final String FILE = "curtain.json";

  /**
   * A call of a ReLU or max-pool.
   *
   * @param name path of its module
   * @param shape of one image's values: (C, H, W) or (F)
   */
  public record Layer(String name, List<Integer> shape) implements Serializable {
    /** Number of gates or windows of one image. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  static ProgramInfo of(Network network, CompileOptions options) {
    List<Layer> pools =
        network.indicesOf(Operation.MaxPool.class).stream()
            .map(network.nodes()::get)
            .map(n -> new Layer(((Operation.MaxPool) n.operation()).name(), n.shape()))
            .toList();
    return new ProgramInfo(
        network.name(), network.imageSize(), network.classes(), options, relus(network), pools);
  }

  /** The ReLU calls of a network, in order; what is compiled has the same ones. */
  public static List<Layer> relus(Network network) {
    return network.indicesOf(Operation.Relu.class).stream()
        .map(network.nodes()::get)
        .map(n -> new Layer(((Operation.Relu) n.operation()).name(), n.shape()))
        .toList();
  }

  /** The same program with another number of logits. */
  ProgramInfo withClasses(int count) {
    return new ProgramInfo(model, imageSize, count, options, relus, pools);
  }

  /**
   * The description as JSON, written member by member: the order in which reflection gives them is
   * not specified.
   */
  String toJson() {
    JsonObject gate = new JsonObject();
    gate.addProperty("kind", options.gate().kind().name());
    gate.addProperty("slope", options.gate().slope());
    JsonObject fixed = new JsonObject();
    fixed.add("gate", gate);
    fixed.addProperty("pool", options.pool().name());
    fixed.addProperty("compatAuthors", options.compatAuthors());
    fixed.addProperty("precision", options.precision().name());
    if (options.target().isGpu()) {
      fixed.addProperty("target", options.target().name());
    }
    JsonObject info = new JsonObject();
    info.addProperty("model", model);
    info.addProperty("imageSize", imageSize);
    info.addProperty("classes", classes);
    info.add("options", fixed);
    info.add("relus", json(relus));
    info.add("pools", json(pools));
    return new Gson().toJson(info);
  }

  private static JsonArray json(List<Layer> layers) {
    JsonArray array = new JsonArray();
    for (Layer layer : layers) {
      JsonArray shape = new JsonArray();
      layer.shape().forEach(shape::add);
      JsonObject object = new JsonObject();
      object.addProperty("name", layer.name());
      object.add("shape", shape);
      array.add(object);
    }
    return array;
  }

  /**
   * Reads the description from an archive that {@code Program.write} made.
   *
   * @throws IOException if the file is no such archive
   */
  public static ProgramInfo read(Path archive) throws IOException {
    return find(archive)
        .orElseThrow(
            () ->
                new IOException(
                    archive + " was not written by Curtain; make it with curtain export"));
  }

  /**
   * Reads the description, if there is one: a state dict, for example, has none.
   *
   * @return nothing where the file is no archive that {@code Program.write} made
   * @throws IOException if the file cannot be read, or is such an archive and damaged
   */
  public static Optional<ProgramInfo> find(Path file) throws IOException {
    Optional<String> json = TorchScriptArchive.extra(file, FILE);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      ProgramInfo info = new Gson().fromJson(json.get(), ProgramInfo.class);
      if (info == null || info.model == null || info.options == null || info.relus == null) {
        throw new IOException(file + " is damaged: its " + FILE + " has gaps");
      }
      return Optional.of(info);
    } catch (JsonParseException e) {
      throw new IOException(file + " is damaged: its " + FILE + " is no JSON", e);
    }
  }
}
