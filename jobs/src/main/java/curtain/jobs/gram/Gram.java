package curtain.jobs.gram;

import curtain.compile.ProgramInfo;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.task.Sha256;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code curtain gram}: the product kernel K(x, x') = &lt;x, x'&gt; prod_l &lt;lambda_l(x),
 * lambda_l(x')&gt; between all images of a set, or of two [paper, Eq. 23; spec 3].
 *
 * <p>First every image runs through the network once; then tasks hold the gates of a block of rows
 * and stream the columns' past them.
 *
 * <pre>
 * ./curtain gram --images photos --model resnet50 --weights resnet50.pth --gate hard --output gram
 * ./curtain gram --images test --columns train --model cifar_resnet20 --weights resnet20.th \
 *   --keep top:20 --output neighbours
 * </pre>
 */
@Command(
    name = "gram",
    description =
        "Product-kernel Gram matrices of images: members/, tiles/, diagonal/, errors/; with --keep"
            + " top:K neighbours/, class_blocks/, row_sums/ in place of tiles/, with --vectors"
            + " products/.",
    footer = {
      "",
      "Kernels: product, Eq. 23; layer_sum, the sum over layers of their normalised",
      "factors, which curtain kernel makes the tempered kernel of; pixel, the input's",
      "factor; feature, that of penultimate features. layer:N and paths on request.",
      "",
      "Example: curtain gram --images photos --model resnet50 --weights resnet50.pth \\",
      "           --gate hard --output gram",
    })
public final class Gram implements Callable<Integer> {
  private static final int KEY_LENGTH = 16;

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
  @Mixin private GramArguments gram;
  @Mixin private EngineArguments engine;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  @Override
  public Integer call() throws Exception {
    gram.check();
    SparkConf spark = new SparkConf();
    Threads threads = run.threads(spark, Threads.Work.NETWORK);
    run.prepare(spark, spec.name(), threads);
    Configuration conf = RunArguments.hadoop(spark);
    ImageOptions options = images.options(model.defaults());
    OutputDirectory directory = output.open(images.uri(), conf);
    boolean cross = gram.columns() != null;
    if (cross) {
      output.open("--columns", gram.columns(), conf);
    }
    if (gram.storesInDirectory()) {
      output.open("--gate-store", gram.gateStore(), conf);
    }
    if (gram.vectors() != null) {
      output.open("--vectors", gram.vectors(), conf);
    }
    ModelArguments.Read read = model.read(conf);
    ClassList classes = images.classes(model.defaults(), read.network().classes(), conf);
    List<ImageRef> rows = images.list(options, conf);
    List<ImageRef> columns = cross ? images.list("--columns", gram.columns(), options, conf) : null;
    GramSets sets = GramSets.of(rows, columns);
    GramVectors vectors =
        gram.vectors() == null
            ? null
            : GramVectors.read(gram.vectors(), cross ? columns : rows, conf);
    int numbers = vectors == null ? 0 : vectors.length();
    String device = engine.device(spark, threads);
    try (GramPrograms programs = new GramPrograms(gram, read.network(), threads)) {
      ProgramInfo info = programs.info();
      int larger = cross ? Math.max(rows.size(), columns.size()) : rows.size();
      int block =
          gram.blockSize(
              info,
              larger,
              !device.equals("cpu"),
              threads.isLocal(),
              directory.resumedSetting(GramArguments.BLOCK_SIZE));
      Map<String, String> settings = new LinkedHashMap<>();
      images.describe(settings, options, classes, rows, conf);
      settings.put("columns", cross ? OutputArguments.qualified(gram.columns(), conf) : "none");
      if (cross) {
        settings.put("columns_listed", String.valueOf(columns.size()));
        settings.put("columns_listing_sha256", ImageArguments.listingSha256(columns));
      }
      model.describe(settings, read.sha256());
      gram.describe(settings, info, block);
      if (vectors != null) {
        settings.put("vectors", OutputArguments.qualified(gram.vectors(), conf));
        settings.put("vectors_sha256", vectors.sha256());
      }
      settings.put("curtain_version", Version.version());

      GramNetwork network =
          new GramNetwork(
              programs.products(device),
              gram.lambda().gram(),
              options,
              classes,
              engine.batchSize());
      PrintWriter err = run.quiet() ? null : spec.commandLine().getErr();
      GramPlan plan =
          new GramPlan(
              rows.size(),
              cross ? columns.size() : rows.size(),
              block,
              !cross,
              gram.keep().tiles() && !cross);
      GateStore store =
          new GatePlace(network, info, plan, programs.features())
              .choose(
                  gram.gateStore(),
                  key(directory, settings),
                  directory.layout().scratch(),
                  threads.isLocal(),
                  err,
                  conf);
      programs.printCost(plan, err);
      GramPaths paths = programs.paths(device, engine.batchSize());
      JobRun job = new JobRun(spec, run, output);
      int status =
          job.execute(
              job.over(
                  settings,
                  sets.images(),
                  new GramMembers(
                      network,
                      sets.rows(),
                      gram.keepLayers(),
                      store,
                      paths,
                      new GramReduction(gram.keep(), block, cross, vectors != null)),
                  Optional.of(
                      new GramTiles(
                          sets,
                          block,
                          cross,
                          gram.keep(),
                          vectors,
                          new GramTileKernel(
                              network,
                              store,
                              paths,
                              gram.keep(),
                              gram.keepLayers(),
                              cross,
                              numbers))),
                  engine.batchSize(),
                  Version.build(gram.lambda().precision(), device)),
              directory,
              spark,
              conf,
              threads.isLocal() ? List.of() : programs.files());
      if (store != null) {
        store.delete(conf);
      }
      return status;
    }
  }

  /** Of an output and everything that decides it, so that stored gates are never another run's. */
  private static String key(OutputDirectory directory, Map<String, String> settings) {
    MessageDigest digest = Sha256.digest();
    digest.update(directory.layout().root().toString().getBytes(StandardCharsets.UTF_8));
    digest.update(settings.toString().getBytes(StandardCharsets.UTF_8));
    return Sha256.hex(digest).substring(0, KEY_LENGTH);
  }
}
