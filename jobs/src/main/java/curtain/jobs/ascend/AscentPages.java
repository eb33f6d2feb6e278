package curtain.jobs.ascend;

import curtain.figures.GridPage;
import curtain.figures.GridPage.Placed;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.ascend.AscentBlock.Shown;
import curtain.jobs.pullbacks.FigureBlock;
import curtain.jobs.pullbacks.FigurePages;
import curtain.jobs.pullbacks.FigureSet;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.PlacedCsv;
import curtain.jobs.show.Png;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Draws page after page of walks. Memory: the pictures of one page, the page, and one point.
 *
 * @param targets columns, or none for each image's own
 * @param names of classes
 * @param style of differences
 * @param side of a picture, see {@link FigureBlock}
 * @param rows images on a page
 */
record AscentPages(List<Integer> targets, ClassNames names, Style style, int side, int rows) {
  /**
   * Columns of {@code figures.csv} behind those of {@link PlacedCsv}: what a picture shows (input,
   * image or difference) of which walk; the target's logit at the image and at the point; L2 norm
   * of the difference; extremes of what is drawn: of x in [-1, 1], of the difference's values, or
   * of its channel sums.
   */
  private static final List<String> COLUMNS =
      List.of(
          "shows",
          "image_id",
          "ordinal",
          "label",
          "target",
          "class_name",
          "direction",
          "gate",
          "temperature",
          "temperature_unit",
          "step",
          "logit_before",
          "logit_after",
          "norm",
          "minimum",
          "maximum");

  /** A page that grows. */
  private static final class Page {
    private final List<PageBlock> blocks = new ArrayList<>();
    private final IdentityHashMap<Picture, Shown> shown = new IdentityHashMap<>();
  }

  /**
   * Draws all.
   *
   * @param reader of the chosen images' rows, in order
   * @param chosen the images, by image_id
   * @param done told of the number of images drawn
   */
  FigurePages.Drawn draw(
      AscentReader reader, Set<String> chosen, FileOutput output, LongConsumer done)
      throws IOException, RunException {
    int pages = 0;
    int images = 0;
    try (PlacedCsv csv = new PlacedCsv(output, "figures.csv", COLUMNS)) {
      Page page = new Page();
      WalkPoint row = next(reader, chosen);
      while (row != null) {
        long ordinal = row.ordinal();
        AscentBlock block = new AscentBlock(row, names, style, side, page.shown);
        targets.forEach(block::column);
        for (; row != null && row.ordinal() == ordinal; row = next(reader, chosen)) {
          block.add(row);
        }
        page.blocks.add(block.block());
        images++;
        if (page.blocks.size() == rows || images == chosen.size()) {
          write(++pages, page, output, csv);
          page = new Page();
        }
        done.accept(images);
      }
      return new FigurePages.Drawn(pages, csv.rows());
    }
  }

  private WalkPoint next(AscentReader reader, Set<String> chosen) throws IOException {
    WalkPoint row = reader.next();
    while (row != null && !(isWanted(row) && chosen.contains(row.imageId()))) {
      row = reader.next();
    }
    return row;
  }

  /** Whether a row is of one of the columns. */
  boolean isWanted(WalkPoint row) {
    return targets.isEmpty() || FigureSet.has(targets, row.target());
  }

  private void write(int number, Page page, FileOutput output, PlacedCsv csv)
      throws IOException, RunException {
    GridPage grid = GridPage.of(page.blocks, style);
    FigurePages.refuseLarge(grid, rows, "give fewer --rows or --targets, or a smaller --cell");
    Png.write(output, String.format(Locale.ROOT, "figure-%04d.png", number), grid.draw());
    for (Placed at : grid.placed()) {
      Shown shown = page.shown.get(at.picture());
      WalkPoint row = shown.row();
      boolean input = shown.what().equals(AscentBlock.INPUT);
      String name = row.target() == null ? row.neuron() : names.name(row.target());
      csv.row(
          number,
          at,
          shown.what(),
          row.imageId(),
          row.ordinal(),
          row.label(),
          input ? null : row.target(),
          input ? null : name,
          input ? null : row.direction(),
          input ? null : row.kind().gate(),
          input ? null : row.kind().temperature(),
          input ? null : row.kind().unit(),
          input ? null : row.step(),
          input ? null : row.logits()[0],
          input ? null : row.logits()[row.step()],
          input ? null : shown.norm(),
          at.picture().minimum(),
          at.picture().maximum());
    }
  }
}
