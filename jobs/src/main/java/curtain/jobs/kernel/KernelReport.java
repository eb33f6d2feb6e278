package curtain.jobs.kernel;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The section of kernels' scores and spectra, and of some images beside their nearest neighbours.
 */
public final class KernelReport implements ReportSection {
  @Override
  public String command() {
    return "kernel";
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    KernelPages pages = new KernelPages("", KernelResults.read(input, room.conf()));
    List<ReportBlock> blocks = new ArrayList<>();
    blocks.add(
        new ReportBlock.Text(
            "Of the Gram in " + Layout.display(new Path(input.setting("input"))) + "."));
    if (pages.results().scores().isEmpty()) {
      blocks.add(new ReportBlock.Text("There are no scores."));
    } else {
      blocks.add(pages.scoresTable());
      blocks.add(new ReportBlock.Text(KernelPages.MEANING));
    }
    if (!pages.results().spectra().isEmpty()) {
      blocks.add(new ReportBlock.Heading("Leading eigenvalues of the kernels"));
      blocks.add(new ReportBlock.Lines(List.of(pages.spectrum())));
      blocks.addAll(ReportBlock.Text.of(pages.notes()));
    }
    List<String> notShown = new ArrayList<>();
    ReportNeighbours neighbours = null;
    try {
      neighbours = ReportNeighbours.read(input, room);
      notShown.addAll(neighbours.notShown());
      blocks.addAll(neighbours.blocks());
    } catch (IOException | RunException | RuntimeException e) {
      notShown.add(NotShown.all(input.given(), "its neighbours", NotShown.why(e)));
    }
    json.putBlocks(blocks);
    if (neighbours != null) {
      neighbours.write(json);
    }
    return notShown;
  }
}
