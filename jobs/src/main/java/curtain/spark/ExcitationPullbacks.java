package curtain.spark;

import curtain.gates.Gate;
import curtain.images.source.ImageOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the excitation pullbacks of images to a data frame [paper, section 4.2; spec 2]: what {@code
 * curtain pullbacks} computes, to the last bit at the same batch size, as a stage of Spark ML.
 *
 * <pre>{@code
 * Dataset<Row> photos = spark.read().format("binaryFile").load("photos");
 * Dataset<Row> pullbacks =
 *     new ExcitationPullbacks()
 *         .setModelUrl("hdfs:///resnet50.pth")
 *         .setModel("resnet50")
 *         .setInputCol("content")
 *         .setTargets("top:3")
 *         .transform(photos);
 * }</pre>
 *
 * <p><b>Input.</b> A binary column of JPEG or PNG files, decoded as the job does; or an {@code
 * image} column of Spark's image source, decoded by Java's ImageIO already, which applies embedded
 * colour profiles where Pillow and the job do not, and reads truncated JPEGs to a picture: there
 * pixels, and so pullbacks, may differ from the job's. Prefer binary.
 *
 * <p><b>Output.</b> {@code outputCol}: an array of structs, by target, then temperature: target
 * int, gate string, temperature double, pool string, logit float, probability float, norm double,
 * cosine_to_gradient double (null unless {@code cosine} is set, and where one of the two is 0),
 * shape array&lt;int&gt; (C, H, W), pullback array&lt;float&gt;, row-major, per unit of an input in
 * [-1, 1]. {@code errorCol}: null, or why the row has no pullbacks; then {@code outputCol} is null.
 * Reasons name the job's options. No row is dropped, and none stops the query.
 *
 * <p><b>Model.</b> {@code transform} reads the model's file on the driver, from any Hadoop file
 * system, and compiles it. Executors get the program as a file, once, and load it once per process
 * and device. Rows are computed when they are asked for, a micro-batch at a time. A weights file is
 * untrusted: nothing in it is run. An exported file is a program: use your own.
 *
 * <p>Threads, memory and natives are as for the job: a task computes on {@code spark.task.cpus}
 * threads of a cluster, or on its share of the cores of a local master, and holds one batch outside
 * of Java's heap; curtain.jar and the jars of jobs/target/natives must be among Spark's jars. A
 * partition computes at least one batch: few large partitions waste less than many small ones.
 */
public final class ExcitationPullbacks extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final PullbackParams params;

  /** A stage with default values; {@code modelUrl} and {@code inputCol} have none. */
  public ExcitationPullbacks() {
    this(Identifiable.randomUID("ExcitationPullbacks"));
  }

  /**
   * A stage with the identifier that it was saved under, as Spark makes it when it is loaded.
   *
   * @param uid unique and constant
   */
  public ExcitationPullbacks(String uid) {
    this.uid = uid;
    params = new PullbackParams(this);
    setDefault(params.outputCol, "pullbacks");
    setDefault(params.errorCol, "error");
    setDefault(params.targets, "predicted");
    setDefault(params.temperature, new double[] {0.3});
    setDefault(params.cosine, false);
    setDefault(params.maxPixels, ImageOptions.DEFAULT_MAX_PIXELS);
    setDefault(params.batchSize, 16);
    setDefault(params.device, "auto");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The param of the weights file or exported file. */
  public Param<String> modelUrl() {
    return params.modelUrl;
  }

  /** The param of a weights file's architecture. */
  public Param<String> model() {
    return params.model;
  }

  /** The param of the column of images. */
  public Param<String> inputCol() {
    return params.inputCol;
  }

  /** The param of the column of pullbacks. */
  public Param<String> outputCol() {
    return params.outputCol;
  }

  /** The param of the column of reasons. */
  public Param<String> errorCol() {
    return params.errorCol;
  }

  /** The param of the column of labels. */
  public Param<String> labelCol() {
    return params.labelCol;
  }

  /** The param of the classes whose logits are pulled back. */
  public Param<String> targets() {
    return params.targets;
  }

  /** The param of the temperatures. */
  public DoubleArrayParam temperature() {
    return params.temperature;
  }

  /** The param of the gate of ReLUs. */
  public Param<String> gate() {
    return params.gate;
  }

  /** The param of the gate of max-pools. */
  public Param<String> pool() {
    return params.pool;
  }

  /** The param of whether cosines with the vanilla gradient are computed. */
  public BooleanParam cosine() {
    return params.cosine;
  }

  /** The param of resizing and cropping, which is named {@code transform}. */
  public Param<String> imageTransform() {
    return params.transform;
  }

  /** The param of the largest number of pixels of an image. */
  public LongParam maxPixels() {
    return params.maxPixels;
  }

  /** The param of the number of images in a micro-batch. */
  public IntParam batchSize() {
    return params.batchSize;
  }

  /** The param of the device to compute on. */
  public Param<String> device() {
    return params.device;
  }

  /** Sets the weights file or exported file, a path or Hadoop URI. */
  public ExcitationPullbacks setModelUrl(String value) {
    set(params.modelUrl, value);
    return this;
  }

  /** Sets the architecture of a weights file, a torchvision name or {@code cifar_resnet20} etc. */
  public ExcitationPullbacks setModel(String value) {
    set(params.model, value);
    return this;
  }

  /** Sets the column of images. */
  public ExcitationPullbacks setInputCol(String value) {
    set(params.inputCol, value);
    return this;
  }

  /** Sets the name of the column of pullbacks (default: pullbacks). */
  public ExcitationPullbacks setOutputCol(String value) {
    set(params.outputCol, value);
    return this;
  }

  /** Sets the name of the column of reasons (default: error). */
  public ExcitationPullbacks setErrorCol(String value) {
    set(params.errorCol, value);
    return this;
  }

  /** Sets the column of labels, for targets {@code label}. */
  public ExcitationPullbacks setLabelCol(String value) {
    set(params.labelCol, value);
    return this;
  }

  /** Sets the targets: predicted (default), label, top:K, or classes separated by commas. */
  public ExcitationPullbacks setTargets(String value) {
    set(params.targets, value);
    return this;
  }

  /** Sets one temperature T, in units of the pre-activations, above 0 (default: 0.3). */
  public ExcitationPullbacks setTemperature(double value) {
    set(params.temperature, new double[] {value});
    return this;
  }

  /**
   * Sets the temperatures T, in units of the pre-activations, above 0; all share one forward pass.
   */
  public ExcitationPullbacks setTemperature(List<? extends Number> values) {
    set(params.temperature, values.stream().mapToDouble(Number::doubleValue).toArray());
    return this;
  }

  /** Sets the gate of ReLUs, a value of {@link Gate#VALUES}. */
  public ExcitationPullbacks setGate(String value) {
    set(params.gate, value);
    return this;
  }

  /** Sets the gate of max-pools: softmax or hard. */
  public ExcitationPullbacks setPool(String value) {
    set(params.pool, value);
    return this;
  }

  /**
   * Sets whether cosine_to_gradient is computed (default: false, null). It takes another backward
   * pass.
   */
  public ExcitationPullbacks setCosine(boolean value) {
    set(params.cosine, value);
    return this;
  }

  /** Sets the transform: imagenet, none or square. */
  public ExcitationPullbacks setTransform(String value) {
    set(params.transform, value);
    return this;
  }

  /** Sets the largest width x height that is used (default: 178,956,970). */
  public ExcitationPullbacks setMaxPixels(long value) {
    set(params.maxPixels, value);
    return this;
  }

  /** Sets the number of images that the network takes at once, 1 to 65536 (default: 16). */
  public ExcitationPullbacks setBatchSize(int value) {
    set(params.batchSize, value);
    return this;
  }

  /** Sets the device: auto (default), cpu or gpu. */
  public ExcitationPullbacks setDevice(String value) {
    set(params.device, value);
    return this;
  }

  /**
   * Adds the two columns, lazily: rows are computed when they are asked for.
   *
   * @throws IllegalArgumentException where the schema or a param does not fit
   * @throws UncheckedIOException where the model's file is missing or unreadable
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType output = transformSchema(schema, true);
    PullbackPartition task;
    try {
      task = params.task(this, schema, output, dataset.sparkSession().sparkContext());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    Dataset<Row> rows = dataset.toDF().mapPartitions(task, Encoders.row(output));
    // The columns' metadata from earlier stages would be lost, since rows carry none.
    for (StructField field : output.fields()) {
      if (!field.metadata().equals(org.apache.spark.sql.types.Metadata.empty())) {
        rows = rows.withMetadata(field.name(), field.metadata());
      }
    }
    return rows;
  }

  /**
   * The schema with the two columns that are added. The model's file is not read.
   *
   * @throws IllegalArgumentException naming the param, where a column is missing, exists already,
   *     or is of a wrong type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    if (!isDefined(params.modelUrl)) {
      throw new IllegalArgumentException(
          "modelUrl is not set; set it to a weights file, or a file that curtain export wrote");
    }
    if (!isDefined(params.inputCol)) {
      throw new IllegalArgumentException(
          "inputCol is not set; set it to the column of images, one of "
              + String.join(", ", schema.fieldNames()));
    }
    Columns.checkImages(Columns.find(schema, "inputCol", getOrDefault(params.inputCol)));
    if (params.labelled(this)) {
      if (!isDefined(params.labelCol)) {
        throw new IllegalArgumentException("targets label needs labelCol, the column of labels");
      }
      Columns.checkLabels(Columns.find(schema, "labelCol", getOrDefault(params.labelCol)));
    }
    Columns.checkNew(schema, "outputCol", getOrDefault(params.outputCol));
    StructType output = schema.add(getOrDefault(params.outputCol), Columns.PULLBACKS, true);
    Columns.checkNew(output, "errorCol", getOrDefault(params.errorCol));
    return output.add(getOrDefault(params.errorCol), DataTypes.StringType, true);
  }

  @Override
  public ExcitationPullbacks copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** A reader of stages that {@code write()} saved, which pipelines call by reflection. */
  public static MLReader<ExcitationPullbacks> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads a stage that {@code save} wrote, which has the params but not the model's file. */
  public static ExcitationPullbacks load(String path) {
    return read().load(path);
  }
}
