package curtain.jobs.pullbacks;

import curtain.figures.Cell;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.PictureSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The pictures of one neuron, for a page: images by rank, each with its pullback beside it, and a
 * line for each gate and temperature.
 */
final class NeuronBlock {
  /**
   * What a picture shows.
   *
   * @param row a row of the image, without values
   * @param rank rank of the image, from 0
   * @param kind gate and temperature of the pullback; null where the picture is the image
   */
  record Shown(PullbackRow row, int rank, PullbackRow.Kind kind) {
    /** Drops the values, which would fill the memory. */
    Shown {
      row = row.light();
    }
  }

  private final String neuron;
  private final MostExcited chosen;
  private final ClassNames names;
  private final Cell[] images;
  private final Map<Kind, Cell[]> pullbacks = new LinkedHashMap<>();
  private final IdentityHashMap<Cell, Shown> shown = new IdentityHashMap<>();

  NeuronBlock(String neuron, MostExcited chosen, ClassNames names) {
    this.neuron = neuron;
    this.chosen = chosen;
    this.names = names;
    this.images = new Cell[chosen.rows().size()];
  }

  /**
   * Draws the pullback of a row, if its image is shown.
   *
   * @param image the image, of the pullback's size
   * @param picture the image, of the size that the page shows
   * @throws RunException where the values cannot be drawn
   */
  void add(PullbackRow row, Picture image, Picture picture, Style style) throws RunException {
    int rank = chosen.rank(row.ordinal());
    if (rank < 0) {
      return;
    }
    Picture drawn = FigureBlock.drawn(row, neuron, image, style);
    Cell cell = new Cell(PictureSize.resized(drawn, picture.width()), "", "");
    pullbacks.computeIfAbsent(row.kind(), kind -> new Cell[images.length])[rank] = cell;
    shown.put(cell, new Shown(row, rank, row.kind()));
    if (images[rank] == null) {
      String id = row.imageId();
      String name =
          row.label() == null ? id.substring(id.lastIndexOf('/') + 1) : names.title(row.label());
      images[rank] = new Cell(picture, name, value(row.logit()));
      shown.put(images[rank], new Shown(row, rank, null));
    }
  }

  private static String value(float value) {
    double size = Math.abs(value);
    String format = size < 1000 ? "%.2f" : size < 1e7 ? "%,.0f" : "%.3e";
    return String.format(Locale.ROOT, format, value).replace('-', '\u2212');
  }

  /** The neuron's part of a page: gradients first, then the kinds in the order of the rows. */
  PageBlock block() {
    List<Kind> kinds = new ArrayList<>(pullbacks.keySet());
    kinds.sort((a, b) -> Boolean.compare(b.isGradient(), a.isGradient()));
    List<PageBlock.Row> lines = new ArrayList<>();
    for (Kind kind : kinds) {
      List<Optional<Cell>> cells = new ArrayList<>();
      for (int rank = 0; rank < images.length; rank++) {
        cells.add(Optional.ofNullable(lines.isEmpty() ? images[rank] : null));
        cells.add(Optional.ofNullable(pullbacks.get(kind)[rank]));
      }
      lines.add(new PageBlock.Row(kind.label(), cells));
    }
    return PageBlock.ofPairs(neuron, lines);
  }

  /** What the pictures show, in the order of the page. */
  List<Shown> shown(PageBlock block) {
    return block.rows().stream()
        .flatMap(row -> row.cells().stream())
        .flatMap(Optional::stream)
        .map(shown::get)
        .toList();
  }

  /** The neuron. */
  String neuron() {
    return neuron;
  }

  /** One row for each image that is shown, by rank. */
  List<PullbackRow> images() {
    return Collections.unmodifiableList(chosen.rows());
  }
}
