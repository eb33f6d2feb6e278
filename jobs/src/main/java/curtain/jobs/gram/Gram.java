package curtain.jobs.gram;

import curtain.compile.ProgramInfo;
import curtain.compile.Target;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.ImageJob;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.NetworkPrecision;
import curtain.jobs.command.OpenJob;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.task.Sha256;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code curtain gram}: the product kernel K(x, x') = &lt;x, x'&gt; prod_l &lt;lambda_l(x),
 * lambda_l(x')&gt; between all images of a set, or of two [paper, Eq. 23; spec 3].
 *
 * <p>First every image runs through the network once. Then each task holds the gates of a block of
 * rows and streams those of the columns past them.
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

  @Mixin private ImageJob job;
  @Mixin private ModelArguments model;
  @Mixin private GramArguments gram;
  @Mixin private EngineArguments engine;

  @Override
  public Integer call() throws Exception {
    engine.batchSize(); // refused before anything is read where it is no number
    OpenJob open = job.open(Threads.Work.NETWORK, model.defaults(), gram::check);
    try (SparkScheduler scheduler = open.scheduler(engine)) {
      return run(open, scheduler);
    }
  }

  private int run(OpenJob open, SparkScheduler scheduler) throws IOException, RunException {
    boolean cross = gram.columns() != null;
    ModelArguments.Read read = model.read(open.conf());
    List<ImageRef> rows = open.list();
    Classes classes = open.classes(read.network().classes(), rows);
    List<ImageRef> columns = cross ? open.list("--columns", gram.columns()) : null;
    GramSets sets = GramSets.of(rows, columns);
    GramVectors vectors =
        gram.vectors() == null
            ? null
            : GramVectors.read(gram.vectors(), cross ? columns : rows, open.conf());
    String device = open.device(engine);
    boolean local = open.threads().isLocal();
    // gates are of float32, whatever they are multiplied in
    Target target = NetworkPrecision.FP32.target(device);
    try (GramPrograms programs = new GramPrograms(gram, read.network(), open.threads(), target)) {
      ProgramInfo info = programs.info();
      int block =
          gram.blockSize(
              info,
              cross ? Math.max(rows.size(), columns.size()) : rows.size(),
              !device.equals("cpu"),
              local,
              open.directory().resumedSetting(GramArguments.BLOCK_SIZE));
      Settings settings =
          Settings.builder()
              .addAll(open.settings(classes, rows))
              .addAll(settings(columns, open.conf()))
              .addAll(model.settings(read.sha256()))
              .addAll(gram.settings(info, block))
              .addAll(settings(vectors, open.conf()))
              .withVersion();
      GramNetwork network =
          new GramNetwork(
              programs.products(device),
              gram.lambda().gram(),
              open.options(),
              classes.list(),
              engine.batchSize());
      PrintWriter err = open.notes();
      GramPlan plan =
          new GramPlan(
              rows.size(),
              cross ? columns.size() : rows.size(),
              block,
              !cross,
              gram.keep().tiles() && !cross);
      GateStore store =
          new GateStoreChoice(network, info, plan, programs.features())
              .choose(
                  gram.gateStore(),
                  key(open.directory(), settings),
                  open.directory().layout().scratch(),
                  local,
                  err,
                  open.conf());
      programs.printCost(plan, err);
      GramPaths paths = programs.paths(device, engine.batchSize());
      GramMembers members =
          new GramMembers(
              network,
              sets.rows(),
              gram.keepLayers(),
              store,
              paths,
              new GramReduction(gram.keep(), block, cross, vectors != null));
      GramTileKernel tiles =
          new GramTileKernel(
              network,
              store,
              paths,
              gram.keep(),
              gram.keepLayers(),
              cross,
              vectors == null ? 0 : vectors.length());
      int status =
          open.execute(
              open.over(
                  settings,
                  sets.images(),
                  members,
                  Optional.of(new GramTiles(sets, block, cross, gram.keep(), vectors, tiles)),
                  engine.batchSize(),
                  Version.build(gram.lambda().precision(), device)),
              local ? List.of() : programs.files(),
              scheduler);
      if (store != null) {
        store.delete(open.conf());
      }
      return status;
    }
  }

  /** The settings of the second set of images; none where it is null. */
  private Settings settings(List<ImageRef> columns, Configuration conf) throws IOException {
    Settings.Builder settings = Settings.builder();
    return columns == null
        ? settings.add("columns", "none").build()
        : settings
            .add("columns", OutputArguments.qualified(gram.columns(), conf))
            .add("columns_listed", columns.size())
            .add("columns_listing_sha256", ImageArguments.listingSha256(columns))
            .build();
  }

  /** The settings of the vectors; none where they are null. */
  private Settings settings(GramVectors vectors, Configuration conf) throws IOException {
    return vectors == null
        ? Settings.NONE
        : Settings.builder()
            .add("vectors", OutputArguments.qualified(gram.vectors(), conf))
            .add("vectors_sha256", vectors.sha256())
            .build();
  }

  /**
   * A name for stored gates: a hash of the output and of all settings, so that no other run has it.
   */
  private static String key(OutputDirectory directory, Settings settings) {
    MessageDigest digest = Sha256.digest();
    digest.update(directory.layout().root().toString().getBytes(StandardCharsets.UTF_8));
    digest.update(settings.toString().getBytes(StandardCharsets.UTF_8));
    return Sha256.hex(digest).substring(0, KEY_LENGTH);
  }
}
