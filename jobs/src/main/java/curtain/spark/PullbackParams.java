package curtain.spark;

import curtain.compile.Target;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.Transform;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Natives;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import curtain.network.Architecture;
import curtain.pullback.Extra;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.StructType;

/** The params of {@link ExcitationPullbacks}, and the tasks that their values make. */
final class PullbackParams implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String LABEL = "label";
  private static final int MOST_IN_BATCH = 65_536;

  final Param<String> modelUrl;
  final Param<String> model;
  final Param<String> inputCol;
  final Param<String> outputCol;
  final Param<String> errorCol;
  final Param<String> labelCol;
  final Param<String> targets;
  final DoubleArrayParam temperature;
  final Param<String> gate;
  final Param<String> pool;
  final BooleanParam cosine;
  final Param<String> transform;
  final LongParam maxPixels;
  final IntParam batchSize;
  final Param<String> device;

  /** The params of one stage, whose identifier must be set. */
  PullbackParams(Params owner) {
    String uid = owner.uid();
    modelUrl =
        new Param<>(
            uid,
            "modelUrl",
            "weights file (a state dict of torch.save or safetensors) or a file that curtain export"
                + " wrote; a path or Hadoop URI");
    model =
        new Param<>(
            uid,
            "model",
            "architecture of a weights file; an exported file says it itself",
            Checks.of(Architecture::of));
    inputCol = new Param<>(uid, "inputCol", "images: bytes of files, or Spark's image structs");
    outputCol = new Param<>(uid, "outputCol", "pullbacks, an array of structs; added");
    errorCol = new Param<>(uid, "errorCol", "why a row has no pullbacks, else null; added");
    labelCol =
        new Param<>(
            uid,
            "labelCol",
            "labels, read with targets label: indices of classes, or WordNet ids or names");
    targets =
        new Param<>(
            uid,
            "targets",
            "classes whose logits are pulled back: predicted; label; top:K; or indices, WordNet"
                + " ids or names, separated by commas");
    temperature =
        new DoubleArrayParam(
            owner,
            "temperature",
            "temperatures of gates and pools, in units of the pre-activations, above 0",
            Checks.of(Checks::temperatures));
    gate =
        new Param<>(
            uid,
            "gate",
            "backward factor of a ReLU: "
                + Gate.VALUES
                + " (unset: sigmoid; for an exported file, its own)",
            Checks.of(Gate::parse));
    pool =
        new Param<>(
            uid,
            "pool",
            "backward pass of a max-pool: softmax, hard (unset: softmax; for an exported file, its"
                + " own)",
            Checks.of(PoolGate::parse));
    cosine =
        new BooleanParam(
            uid,
            "cosine",
            "whether cosine_to_gradient is computed, which takes another backward pass, or null");
    transform =
        new Param<>(
            uid,
            "transform",
            "imagenet: short side to 256, crop 224; none: as they are; square: squares straight to"
                + " 224 (unset: the model's)",
            Checks.of(Transform::of));
    maxPixels =
        new LongParam(
            uid,
            "maxPixels",
            "images of more pixels than that are errors, before they take memory",
            Checks.of(n -> Checks.range("maxPixels", (Long) n, Long.MAX_VALUE)));
    batchSize =
        new IntParam(
            uid,
            "batchSize",
            "images that the network takes at once",
            Checks.of(n -> Checks.range("batchSize", (Integer) n, MOST_IN_BATCH)));
    device =
        new Param<>(
            uid,
            "device",
            "auto: a GPU where there is one (on a cluster: where Spark assigns one to a task); cpu;"
                + " gpu, which fails where there is none",
            Checks.of(Checks::device));
  }

  /** Whether the targets are the labels. */
  boolean labelled(Params of) {
    return of.getOrDefault(targets).equals(LABEL);
  }

  /**
   * The work of tasks, by a stage's values.
   *
   * @param of the stage
   * @param schema schema of the data frame, checked
   * @param output the same schema with the columns that are added
   * @throws IllegalArgumentException where the model's file contradicts a value
   * @throws IOException where that file is missing or unreadable
   */
  PullbackPartition task(Params of, StructType schema, StructType output, SparkContext spark)
      throws IOException {
    SparkConf conf = spark.getConf();
    Threads threads =
        Threads.decide(
            spark.master(),
            0,
            Threads.Work.NETWORK,
            Runtime.getRuntime().availableProcessors(),
            conf.getInt("spark.task.cpus", 1));
    Natives.onDriver(null, conf, threads.isLocal());
    String where = ProgramFile.device(of.getOrDefault(device), conf, threads);
    Models.Request request =
        new Models.Request(
            of.getOrDefault(modelUrl),
            orNull(of, model),
            orNull(of, gate),
            orNull(of, pool),
            Target.float32(!where.equals("cpu")));
    Models.Model read = Models.get(request, spark.hadoopConfiguration(), threads.perTask());
    ModelDefaults defaults = new ModelDefaults(Architecture.of(read.info().model()));
    ClassList classes = defaults.classes(read.info().classes());
    Transform chosen =
        of.isSet(transform) ? Transform.of(of.getOrDefault(transform)) : defaults.transform();
    ImageOptions options =
        new ImageOptions(chosen, read.info().imageSize(), (Long) of.getOrDefault(maxPixels));
    RowImages images =
        new RowImages(
            schema.fieldIndex(of.getOrDefault(inputCol)),
            labelled(of) ? schema.fieldIndex(of.getOrDefault(labelCol)) : -1,
            options,
            classes,
            choice(of, classes));
    Models.ship(read, threads.isLocal(), spark);
    return new PullbackPartition(
        read.forTasks(threads.isLocal(), where, threads.perTask()),
        images,
        Arrays.stream(of.getOrDefault(temperature)).boxed().toList(),
        (Boolean) of.getOrDefault(cosine) ? Set.of(Extra.GRADIENTS) : Set.of(),
        (Integer) of.getOrDefault(batchSize),
        output);
  }

  private TargetChoice choice(Params of, ClassList classes) {
    try {
      return TargetChoice.parse(of.getOrDefault(targets), classes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("targets: " + e.getMessage(), e);
    }
  }

  private static String orNull(Params of, Param<String> param) {
    return of.isSet(param) ? of.getOrDefault(param) : null;
  }
}
