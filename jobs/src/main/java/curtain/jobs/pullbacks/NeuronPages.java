package curtain.jobs.pullbacks;

import curtain.figures.GridPage;
import curtain.figures.GridPage.Placed;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.Outcome;
import curtain.jobs.pullbacks.NeuronBlock.Shown;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.PictureSize;
import curtain.jobs.show.PlacedCsv;
import curtain.jobs.show.Png;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Sheets of a layer's neurons: a row for each, the images that excite it most, each with its
 * pullback beside it. Memory: the pictures of some pages, and a page.
 *
 * @param names of classes
 * @param style of every pullback
 * @param side of a picture, see {@link FigureBlock}
 * @param rows neurons on a page
 */
record NeuronPages(ClassNames names, Style style, int side, int rows) {
  /** Columns of {@code neurons.csv} behind those of {@link PlacedCsv}. */
  static final List<String> COLUMNS =
      List.of(
          "neuron",
          "rank",
          "image_id",
          "ordinal",
          "label",
          "class_name",
          "gate",
          "temperature",
          "temperature_unit",
          "pool",
          "logit",
          "minimum",
          "maximum");

  /** The rows of a pass over the pullbacks, of certain images. */
  interface Source {
    /** Opens them. */
    PullbackReader open(java.util.Set<String> images) throws IOException, RunException;
  }

  /**
   * Draws neurons whose pictures fit into memory, in one pass.
   *
   * @param page number of the first page, from 1
   * @param blocks the neurons, so many as {@link #rows} goes into but for the last ones
   * @param images the set
   * @return the number of the next page
   */
  int draw(
      int page,
      List<NeuronBlock> blocks,
      FigureSet images,
      Source source,
      FileOutput output,
      PlacedCsv csv)
      throws IOException, RunException {
    collect(blocks, images, source);
    int number = page;
    for (int from = 0; from < blocks.size(); from += rows) {
      write(number++, blocks.subList(from, Math.min(from + rows, blocks.size())), output, csv);
    }
    return number;
  }

  private void collect(List<NeuronBlock> blocks, FigureSet images, Source source)
      throws IOException, RunException {
    Map<String, NeuronBlock> byName = new TreeMap<>();
    TreeMap<Long, PullbackRow> wanted = new TreeMap<>();
    for (NeuronBlock block : blocks) {
      byName.put(block.neuron(), block);
      block.images().forEach(row -> wanted.put(row.ordinal(), row));
    }
    for (PullbackRow row : wanted.values()) {
      images.add(row);
    }
    try (PullbackReader reader =
            source.open(
                wanted.values().stream().map(PullbackRow::imageId).collect(Collectors.toSet()));
        CloseableIterator<Outcome> pixels = images.load()) {
      long ordinal = -1;
      Picture image = null;
      Picture picture = null;
      for (PullbackRow row = reader.next(); row != null; row = reader.next()) {
        if (row.ordinal() != ordinal) {
          ordinal = row.ordinal();
          DecodedImage decoded = images.decoded(pixels.next());
          image = Picture.ofImage(decoded.shape()[2], decoded.shape()[1], decoded.pixels());
          picture = PictureSize.resized(image, PictureSize.side(side, image));
        }
        NeuronBlock block = byName.get(row.neuron());
        if (block != null) {
          block.add(row, image, picture, style);
        }
      }
    }
  }

  private void write(int number, List<NeuronBlock> neurons, FileOutput output, PlacedCsv csv)
      throws IOException, RunException {
    List<PageBlock> blocks = new ArrayList<>();
    List<Shown> shown = new ArrayList<>();
    for (NeuronBlock neuron : neurons) {
      PageBlock block = neuron.block();
      blocks.add(block);
      shown.addAll(neuron.shown(block));
    }
    GridPage grid = GridPage.of(blocks, style);
    FigurePages.refuseLarge(grid, rows, "give fewer --rows, a smaller --top or a smaller --cell");
    Png.write(output, String.format(Locale.ROOT, "neurons-%04d.png", number), grid.draw());
    for (int i = 0; i < shown.size(); i++) {
      row(number, grid.placed().get(i), shown.get(i), csv);
    }
  }

  private void row(int page, Placed at, Shown one, PlacedCsv csv) throws IOException {
    PullbackRow row = one.row();
    PullbackRow.Kind kind = one.kind();
    csv.row(
        page,
        at,
        row.neuron(),
        one.rank() + 1,
        row.imageId(),
        row.ordinal(),
        row.label(),
        names.name(row.label()),
        kind == null ? null : kind.gate(),
        kind == null ? null : kind.temperature(),
        kind == null ? null : kind.unit(),
        kind == null ? null : kind.pool(),
        row.logit(),
        at.picture().minimum(),
        at.picture().maximum());
  }
}
