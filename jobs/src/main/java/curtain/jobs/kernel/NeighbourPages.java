package curtain.jobs.kernel;

import curtain.figures.Cell;
import curtain.figures.GridPage;
import curtain.figures.GridPage.Placed;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.pullbacks.FigurePages;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Pictures;
import curtain.jobs.show.PlacedCsv;
import curtain.jobs.show.Png;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Images beside their nearest neighbours by a kernel, as pages of pictures; neighbours of another
 * class are framed. Memory: the pictures of one page, and the page.
 *
 * @param images of the queries
 * @param neighbours where neighbours are found: the same, or the Gram's columns
 * @param names of classes
 * @param rows images on a page
 */
record NeighbourPages(Pictures images, Pictures neighbours, ClassNames names, int rows) {
  /** Columns of {@code neighbours.csv} behind those of {@link PlacedCsv}: the row that is shown. */
  static final List<String> COLUMNS =
      List.of(
          "kernel",
          "position",
          "image_id",
          "label",
          "rank",
          "neighbour_position",
          "neighbour_id",
          "neighbour_label",
          "similarity");

  /** Neighbours beside each other, at most; more continue below. */
  private static final int ACROSS = 10;

  /** The file of a kernel's page, a number from 1. */
  static String file(String kernel, int page) {
    return String.format(
        Locale.ROOT, "neighbours-%s-%04d.png", kernel.replaceAll("[^A-Za-z0-9.=-]", "_"), page);
  }

  /**
   * Draws a page.
   *
   * @param number of the page, from 1
   * @param queries each image's neighbours by rank
   */
  void draw(int number, List<List<NeighbourRow>> queries, FileOutput output, PlacedCsv csv)
      throws IOException, RunException {
    Set<String> left = new LinkedHashSet<>();
    Set<String> right = new LinkedHashSet<>();
    for (List<NeighbourRow> query : queries) {
      left.add(query.get(0).imageId());
      query.forEach(each -> right.add(each.neighbourId()));
    }
    if (images == neighbours) {
      left.addAll(right);
    }
    Map<String, Picture> own = images.read(left);
    Map<String, Picture> others = images == neighbours ? own : neighbours.read(right);
    List<PageBlock> blocks = new ArrayList<>();
    List<Optional<NeighbourRow>> shown = new ArrayList<>();
    List<NeighbourRow> queryOf = new ArrayList<>();
    for (List<NeighbourRow> query : queries) {
      blocks.add(block(query, own, others));
      shown.add(Optional.empty());
      query.forEach(each -> shown.add(Optional.of(each)));
      for (int i = 0; i <= query.size(); i++) {
        queryOf.add(query.get(0));
      }
    }
    GridPage grid =
        GridPage.of(blocks, Style.RGB, "framed: the neighbour is of another class than the image");
    FigurePages.refuseLarge(grid, rows, "give fewer --rows, or a smaller --cell");
    Png.write(output, file(queryOf.get(0).kernel(), number), grid.draw());
    for (int i = 0; i < shown.size(); i++) {
      NeighbourRow query = queryOf.get(i);
      Placed at = grid.placed().get(i);
      NeighbourRow one = shown.get(i).orElse(null);
      csv.row(
          number,
          at,
          query.kernel(),
          query.position(),
          query.imageId(),
          query.label(),
          one == null ? null : one.rank(),
          one == null ? null : one.neighbourPosition(),
          one == null ? null : one.neighbourId(),
          one == null ? null : one.neighbourLabel(),
          one == null ? null : one.similarity());
    }
  }

  private PageBlock block(
      List<NeighbourRow> query, Map<String, Picture> own, Map<String, Picture> others) {
    NeighbourRow first = query.get(0);
    List<PageBlock.Row> lines = new ArrayList<>();
    int count = (query.size() + ACROSS - 1) / ACROSS;
    int across = (query.size() + count - 1) / count;
    for (int from = 0; from < query.size(); from += across) {
      List<Optional<Cell>> cells = new ArrayList<>();
      for (NeighbourRow each : query.subList(from, Math.min(query.size(), from + across))) {
        cells.add(
            Optional.of(
                new Cell(
                    others.get(each.neighbourId()),
                    title(each.neighbourLabel(), each.neighbourId()),
                    similarity(each.similarity()),
                    each.isOfAnotherClass())));
      }
      lines.add(new PageBlock.Row(first.kernel(), cells));
    }
    long same =
        query.stream()
            .filter(each -> first.label() != null && first.label().equals(each.neighbourLabel()))
            .count();
    String heading =
        first.label() == null
            ? first.imageId()
            : String.format(
                Locale.ROOT,
                "%s: %d of %d neighbours share its class",
                first.imageId(),
                same,
                query.size());
    Cell input =
        new Cell(own.get(first.imageId()), title(first.label(), first.imageId()), "the image");
    return new PageBlock(heading, input, lines);
  }

  private String title(Integer label, String id) {
    return label == null ? id.substring(id.lastIndexOf('/') + 1) : names.title(label);
  }

  /** Three decimals, or where that would be 0 the magnitude; a product kernel's are tiny. */
  private static String similarity(Double value) {
    if (value == null) {
      return "undefined";
    }
    String format = value == 0 || Math.abs(value) >= 0.001 ? "%.3f" : "%.1e";
    return String.format(Locale.ROOT, format, value).replace('-', '\u2212');
  }
}
