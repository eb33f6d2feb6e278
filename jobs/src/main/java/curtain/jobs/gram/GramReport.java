package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Kernels as heat maps, images ordered by class, see {@link GramRaster}; of a Gram that keeps no
 * tiles means by class.
 */
public final class GramReport implements ReportSection {
  @Override
  public String command() {
    return "gram";
  }

  @Override
  public List<String> write(FinishedOutput gram, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    boolean tiled = gram.setting("keep").equals("tiles");
    Set<String> there =
        KernelRows.kernels(gram, tiled ? GramTables.TILES : GramTables.CLASS_BLOCKS, room.conf());
    ClassNames names = ClassNames.of(gram, room.labels(), room.conf());
    boolean two = !gram.setting("columns").equals("none");
    GramSide rows = tiled ? GramSide.read(gram, GramTables.ROW, room.conf()) : null;
    GramSide columns = tiled && two ? GramSide.read(gram, GramTables.COLUMN, room.conf()) : null;
    int layers = Integer.parseInt(gram.setting("layers"));
    json.put("gates", GramFigures.gates(gram));
    json.put("images", gram.provenance().results());
    json.put("tiles", tiled);
    List<String> notShown = new ArrayList<>();
    json.beginArray("maps");
    for (DrawnKernel kernel : DrawnKernel.values()) {
      if (there.contains(kernel.table())) {
        GramRaster raster = null;
        ClassBlocks blocks = null;
        try {
          if (tiled) {
            GramOrder order = GramOrder.of(rows, room.cells());
            GramOrder across = columns == null ? null : GramOrder.of(columns, room.cells());
            raster = new GramRaster(kernel, order, across);
            raster.read(gram, layers, room.conf(), done -> {});
          } else {
            blocks = ClassBlocks.read(gram, kernel, room.conf());
          }
        } catch (IOException | RunException | RuntimeException e) { // of this kernel only
          notShown.add(NotShown.all(gram.given(), "the kernel " + kernel.title(), NotShown.why(e)));
          continue;
        }
        json.begin();
        json.put("title", kernel.title());
        json.put("meaning", kernel.meaning());
        if (tiled) {
          map(raster, rows, columns == null ? rows : columns, names, json);
        } else {
          blocks(blocks, names, json);
        }
        json.end();
      }
    }
    json.endArray();
    return notShown;
  }

  private static void map(
      GramRaster raster, GramSide rows, GramSide columns, ClassNames names, ReportJson json)
      throws IOException {
    double[][] values = raster.values();
    double[] ends = GramPages.ends(raster, values);
    json.put("low", Double.isNaN(ends[0]) ? null : ends[0]);
    json.put("high", Double.isNaN(ends[1]) ? null : ends[1]);
    json.put("together", Math.max(raster.rows().together(), raster.columns().together()));
    json.put("negative", raster.negative());
    side("down", raster.rows(), rows, names, json);
    side("across", raster.columns(), columns, names, json);
    json.put("matrix", values);
  }

  /** A side's classes with their numbers of cells, and its images where a cell is one of few. */
  private static void side(
      String name, GramOrder order, GramSide side, ClassNames names, ReportJson json)
      throws IOException {
    json.begin(name);
    json.putAll("groups", order.labels().stream().map(label -> title(label, names)).toList());
    json.putAll("sizes", order.sizes());
    List<String> ids = new ArrayList<>();
    if (order.together() == 1 && !side.ids().isEmpty()) {
      ids.addAll(Collections.nCopies(order.cells(), ""));
      for (int i = 0; i < side.size(); i++) {
        ids.set(order.cell()[i], side.ids().get(i));
      }
    }
    json.putAll("ids", ids);
    json.end();
  }

  private static void blocks(ClassBlocks blocks, ClassNames names, ReportJson json)
      throws IOException {
    double[][] values = blocks.drawn();
    DoubleStream finite =
        Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
    double[] sorted = finite.sorted().toArray();
    json.put("low", sorted.length == 0 ? null : sorted[0]);
    json.put("high", sorted.length == 0 ? null : sorted[sorted.length - 1]);
    List<String> titles = blocks.labels().stream().map(label -> title(label, names)).toList();
    for (String side : List.of("down", "across")) {
      json.begin(side);
      json.putAll("groups", titles);
      json.putAll("sizes", Collections.nCopies(titles.size(), 1));
      json.putAll("ids", List.of());
      json.end();
    }
    json.put("matrix", values);
  }

  private static String title(Integer label, ClassNames names) {
    return label == null || label == GramSide.NONE ? "no label" : names.title(label);
  }
}
