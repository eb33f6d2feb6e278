package curtain.spark;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.ProgramInfo;
import curtain.compile.Target;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.source.SourceFiles;
import curtain.jobs.task.LocalFile;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Sha256;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.network.StateDictChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.SparkContext;
import scala.collection.JavaConverters;

/**
 * The compiled models of this driver's transformers, as program files. The files stay until the
 * process ends, since Spark may evaluate a data frame at any time, and more than once. A model file
 * is read again only when it has changed.
 */
final class Models {
  /**
   * The params of a transformer that decide on its program.
   *
   * @param url URL of a weights file or an exported file
   * @param model architecture, or null where it was not set
   * @param gate gate of ReLUs, or null where it was not set
   * @param pool gate of max-pools, or null where it was not set
   * @param target what a network is compiled for; an exported file is for any device
   */
  record Request(String url, String model, String gate, String pool, Target target) {}

  /**
   * A program as a file of this machine.
   *
   * @param file named by its content, so that equal programs are shipped and loaded once
   * @param id SHA-256 of the file
   */
  record Model(Path file, String id, ProgramInfo info) {
    /** The program file as tasks find it. */
    ProgramFile forTasks(boolean local, String device, int threads) {
      return new ProgramFile(
          id, local ? file.toString() : file.getFileName().toString(), device, threads);
    }
  }

  /** A request, with the length and time of modification of its file. */
  private record Key(Request request, long length, long modified) {}

  private static final Map<Key, Model> MODELS = new HashMap<>();
  private static Path directory;

  private Models() {}

  /**
   * Reads a model, and compiles it where the file is a state dict.
   *
   * @param threads number of the engine's threads in this process, if it has not started yet
   * @throws IllegalArgumentException where the request lacks a value, or contradicts the file
   * @throws IOException where the file is missing, is neither a state dict nor an exported file, or
   *     is not one of the model
   */
  static synchronized Model get(Request request, Configuration conf, int threads)
      throws IOException {
    try (LocalFile file = LocalFile.of("modelUrl", request.url(), conf)) {
      if (!Files.isRegularFile(file.path())) {
        throw new IOException("modelUrl " + request.url() + " is a directory; name a file");
      }
      org.apache.hadoop.fs.Path given = SourceFiles.path(request.url());
      FileStatus status = given.getFileSystem(conf).getFileStatus(given);
      Key key = new Key(request, status.getLen(), status.getModificationTime());
      Model model = MODELS.get(key);
      if (model == null) {
        model = read(request, file, threads);
        MODELS.put(key, model);
      }
      return model;
    }
  }

  private static Model read(Request request, LocalFile file, int threads) throws IOException {
    Optional<ProgramInfo> exported = ProgramInfo.find(file.path());
    if (exported.isPresent()) {
      ProgramInfo info = exported.get();
      refuse(request, "model", request.model(), info.model());
      refuse(request, "gate", canonicalGate(request.gate()), info.options().gate().toString());
      refuse(request, "pool", request.pool(), info.options().pool().toString());
      Path copy = Files.createTempFile("curtain", ".pt");
      Files.copy(file.path(), copy, StandardCopyOption.REPLACE_EXISTING);
      return kept(copy, info);
    }
    if (request.model() == null) {
      throw new IllegalArgumentException(
          "modelUrl "
              + request.url()
              + " was not written by curtain export: if it is a weights file, set model to its"
              + " architecture, one of "
              + String.join(", ", Architecture.names()));
    }
    CompileOptions standard = CompileOptions.DEFAULT;
    CompileOptions options =
        new CompileOptions(
            request.gate() == null ? standard.gate() : Gate.parse(request.gate()),
            request.pool() == null ? standard.pool() : PoolGate.parse(request.pool()),
            standard.compatAuthors(),
            Precision.FLOAT32,
            request.target());
    var program =
        Compiler.compile(
            file.network(
                    Architecture.of(request.model()),
                    Normalisation.IMAGENET,
                    StateDictChoice.AUTOMATIC,
                    note -> System.err.println(request.url() + ": " + note))
                .network(),
            options);
    return kept(ProgramFile.write(program, threads), program.info());
  }

  private static String canonicalGate(String gate) {
    return gate == null ? null : Gate.parse(gate).toString();
  }

  private static void refuse(Request request, String name, String set, String exported) {
    if (set != null && !set.equals(exported)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s is %s, but modelUrl %s was exported with %s; leave %s unset, or export again",
              name,
              set,
              request.url(),
              exported,
              name));
    }
  }

  /** Moves a program to a file that stays until the process ends. */
  private static Model kept(Path program, ProgramInfo info) throws IOException {
    if (directory == null) {
      directory = Files.createTempDirectory("curtain-models").toAbsolutePath();
      directory.toFile().deleteOnExit();
    }
    String id = Sha256.of(program);
    Path file = directory.resolve("curtain-" + id + ".pt");
    Files.move(program, file, StandardCopyOption.REPLACE_EXISTING);
    file.toFile().deleteOnExit();
    return new Model(file, id, info);
  }

  /**
   * Has Spark bring the file to each executor once, unless tasks run in this process or Spark has
   * the file already.
   */
  static synchronized void ship(Model model, boolean local, SparkContext spark) {
    String name = model.file().getFileName().toString();
    if (!local
        && JavaConverters.seqAsJavaList(spark.listFiles()).stream()
            .noneMatch(uri -> uri.endsWith("/" + name))) {
      spark.addFile(model.file().toUri().toString());
    }
  }
}
