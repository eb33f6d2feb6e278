package curtain.jobs.pullbacks;

import curtain.figures.GridPage;
import curtain.figures.GridPage.Placed;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.images.source.CloseableIterator;
import curtain.images.source.Outcome;
import curtain.jobs.pullbacks.FigureTable.Shown;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Png;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Draws page after page. Memory: the pictures of one page, the page, and one image's row.
 *
 * @param targets columns, or none for each image's own
 * @param columns whether columns are these, or temperatures
 * @param names of classes
 * @param style of every picture
 * @param side of a picture, see {@link FigureBlock}
 * @param rows images on a page
 */
public record FigurePages(
    List<Integer> targets,
    FigureBlock.Columns columns,
    ClassNames names,
    Style style,
    int side,
    int rows) {
  /** Pixels of a page: 256 MiB while it is drawn. */
  private static final long MOST_PIXELS = 1L << 26;

  /** How much was drawn. */
  public record Drawn(int pages, long cells) {}

  /** A page that grows. */
  private static final class Page {
    private final List<PageBlock> blocks = new ArrayList<>();
    private final IdentityHashMap<Picture, Shown> shown = new IdentityHashMap<>();
  }

  /**
   * Draws all.
   *
   * @param reader of the chosen images' rows, in order
   * @param set the chosen images
   * @param done told of the number of images drawn
   */
  Drawn draw(PullbackReader reader, FigureSet set, FileOutput output, LongConsumer done)
      throws IOException, RunException {
    int pages = 0;
    int images = 0;
    try (FigureTable table = new FigureTable(output);
        CloseableIterator<Outcome> pixels = set.load()) {
      Page page = new Page();
      PullbackRow row = next(reader);
      while (row != null && images < set.chosen().size()) {
        long ordinal = row.ordinal();
        FigureBlock block =
            new FigureBlock(row, set.decoded(pixels.next()), names, style, side, page.shown);
        targets.forEach(block::column);
        for (; row != null && row.ordinal() == ordinal; row = next(reader)) {
          block.add(row);
        }
        page.blocks.add(block.block(columns));
        images++;
        if (page.blocks.size() == rows || images == set.chosen().size()) {
          write(++pages, page, output, table);
          page = new Page();
        }
        done.accept(images);
      }
      return new Drawn(pages, table.rows());
    }
  }

  private PullbackRow next(PullbackReader reader) throws IOException {
    PullbackRow row = reader.next();
    while (row != null && !targets.isEmpty() && !FigureSet.has(targets, row.target())) {
      row = reader.next();
    }
    return row;
  }

  /**
   * Refuses a page of too many pixels.
   *
   * @param advice what to do
   */
  public static void refuseLarge(GridPage grid, int rows, String advice) throws RunException {
    if ((long) grid.width() * grid.height() > MOST_PIXELS) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--rows %d: a page would have %d x %d pixels; %s",
              rows,
              grid.width(),
              grid.height(),
              advice));
    }
  }

  private void write(int number, Page page, FileOutput output, FigureTable table)
      throws IOException, RunException {
    GridPage grid = GridPage.of(page.blocks, style);
    refuseLarge(grid, rows, "give fewer --rows or --targets, or a smaller --cell");
    Png.write(output, String.format(Locale.ROOT, "figure-%04d.png", number), grid.draw());
    for (Placed at : grid.placed()) {
      table.add(number, at, page.shown.get(at.picture()));
    }
  }
}
