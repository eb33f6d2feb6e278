package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportBlock.Choice.Options;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The section of a Gram's kernels, with the maps of {@link GramFigures}. Memory: all maps. */
public final class GramReport implements ReportSection {
  @Override
  public String command() {
    return "gram";
  }

  @Override
  public List<String> write(FinishedOutput gram, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    DrawnGram drawn = DrawnGram.open(gram, room.labels(), room.conf());
    List<String> notShown = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    List<List<ReportBlock>> maps = new ArrayList<>();
    for (DrawnKernel kernel : drawn.kernels()) {
      try {
        maps.add(drawn.isTiled() ? map(drawn, kernel, room) : means(drawn, kernel));
        titles.add(kernel.title());
      } catch (IOException | RunException | RuntimeException e) { // of this kernel only
        notShown.add(NotShown.all(gram.given(), "the kernel " + kernel.title(), NotShown.why(e)));
      }
    }
    ReportBlock shown =
        maps.isEmpty()
            ? new ReportBlock.Text("There is no kernel to show.")
            : new ReportBlock.Choice(List.of(new Options("Kernel", titles)), maps);
    json.putBlocks(List.of(shown));
    return notShown;
  }

  private static List<ReportBlock> map(DrawnGram drawn, DrawnKernel kernel, ReportRoom room)
      throws IOException, RunException {
    GramPages pages = drawn.pages();
    GramRaster raster = drawn.raster(kernel, room.cells(), done -> {});
    List<ReportBlock> blocks = new ArrayList<>();
    blocks.add(new ReportBlock.Text(pages.title(raster)));
    blocks.add(new ReportBlock.Heat(pages.map(raster, drawn.rows().ids(), drawn.right().ids())));
    blocks.addAll(ReportBlock.Text.of(pages.notes(raster)));
    return blocks;
  }

  private static List<ReportBlock> means(DrawnGram drawn, DrawnKernel kernel)
      throws IOException, RunException {
    ClassBlocks blocks = drawn.blocks(kernel);
    return List.of(
        new ReportBlock.Text(drawn.pages().title(blocks)),
        new ReportBlock.Heat(drawn.pages().map(blocks)),
        new ReportBlock.Text(GramPages.NO_TILES));
  }
}
