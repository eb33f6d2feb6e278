package curtain.jobs.ascend;

import curtain.figures.Cell;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.pullbacks.FigureBlock;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.PictureSize;
import curtain.statistics.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the pictures of the walks from one image: drawn as rows come, so that values need not be
 * kept. The image itself is a walk's point less its difference, and needs no image set.
 */
final class AscentBlock {
  /** Of the cells with the image itself. */
  static final String INPUT = "input";

  /** Of the cells with where a walk led. */
  static final String IMAGE = "image";

  /** Of the cells with how far that is from the image. */
  static final String DIFFERENCE = "difference";

  /** A class or a neuron. */
  private record Goal(Integer target, String neuron) {}

  /**
   * What a picture shows.
   *
   * @param what {@link #INPUT}, {@link #IMAGE} or {@link #DIFFERENCE}
   * @param row whose point it is; of the input the image's first
   * @param norm L2 norm of the difference
   */
  record Shown(String what, WalkPoint row, double norm) {}

  private final ClassNames names;
  private final Style style;
  private final int side;
  private final WalkPoint first;
  private final Picture image;
  private final Set<Goal> goals = new LinkedHashSet<>();
  private final Map<Kind, Map<Goal, List<Cell>>> rows = new LinkedHashMap<>();
  private final IdentityHashMap<Picture, Shown> shown;

  /**
   * Begins an image.
   *
   * @param side of a picture, see {@link FigureBlock}
   * @param shown gets what each tile shows
   * @throws RunException where the values cannot be drawn
   */
  AscentBlock(
      WalkPoint first,
      ClassNames names,
      Style style,
      int side,
      IdentityHashMap<Picture, Shown> shown)
      throws RunException {
    this.first = first;
    this.names = names;
    this.style = style;
    this.side = side;
    this.shown = shown;
    float[] original = first.image().clone();
    for (int i = 0; i < Math.min(original.length, first.difference().length); i++) {
      original[i] -= first.difference()[i];
    }
    this.image = tile(first, original);
  }

  /** Puts a class in the next columns, whether or not the image has walks towards it. */
  void column(int target) {
    goals.add(new Goal(target, null));
  }

  /**
   * Draws a row.
   *
   * @throws RunException where the values cannot be drawn
   */
  void add(WalkPoint row) throws RunException {
    Picture reached = tile(row, row.image());
    Picture difference;
    try {
      difference = style.draw(row.difference(), image);
    } catch (IllegalArgumentException e) {
      throw undrawable(row, e);
    }
    Goal goal = new Goal(row.target(), row.neuron());
    goals.add(goal);
    double norm = Vectors.norm(row.difference());
    Cell left =
        new Cell(
            resized(reached),
            row.title(names),
            number(row.logits()[0]) + " \u2192 " + number(row.logits()[row.step()]));
    Cell right =
        new Cell(resized(difference), DIFFERENCE, String.format(Locale.ROOT, "norm %.1f", norm));
    rows.computeIfAbsent(row.kind(), kind -> new LinkedHashMap<>()).put(goal, List.of(left, right));
    WalkPoint light = light(row);
    shown.put(left.tile(), new Shown(IMAGE, light, norm));
    shown.put(right.tile(), new Shown(DIFFERENCE, light, norm));
  }

  /** The image's part of a page: gradients first, then the kinds in the order of the rows. */
  PageBlock block() {
    Picture input = resized(image);
    shown.put(input, new Shown(INPUT, light(first), 0));
    String caption = first.label() == null ? INPUT : "label: " + names.title(first.label());
    List<Kind> kinds = new ArrayList<>(rows.keySet());
    kinds.sort((a, b) -> Boolean.compare(b.isGradient(), a.isGradient()));
    List<PageBlock.Row> lines = new ArrayList<>();
    for (Kind kind : kinds) {
      List<Optional<Cell>> cells = new ArrayList<>();
      for (Goal goal : goals) {
        List<Cell> pair = rows.get(kind).get(goal);
        for (int i = 0; i < 2; i++) {
          cells.add(pair == null ? Optional.empty() : Optional.of(pair.get(i)));
        }
      }
      lines.add(new PageBlock.Row(kind.label(), cells));
    }
    return new PageBlock(first.imageId(), new Cell(input, caption, ""), lines);
  }

  private Picture tile(WalkPoint row, float[] x) throws RunException {
    int[] shape = row.shape();
    long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (shape.length != 3
        || shape[0] != 3
        || x.length != size
        || row.logits().length <= row.step()) {
      throw undrawable(row, new IllegalArgumentException("its shape does not fit its values"));
    }
    try {
      return Picture.ofInput(shape[2], shape[1], x);
    } catch (IllegalArgumentException e) {
      throw undrawable(row, e);
    }
  }

  private RunException undrawable(WalkPoint row, IllegalArgumentException why) {
    return new RunException(
        String.format(
            Locale.ROOT,
            "the walk from %s to %s cannot be drawn: %s",
            row.imageId(),
            row.title(names),
            why.getMessage()));
  }

  /** Without the values, which would fill the memory. */
  private static WalkPoint light(WalkPoint row) {
    return new WalkPoint(
        row.imageId(),
        row.ordinal(),
        row.label(),
        row.target(),
        row.neuron(),
        row.kind(),
        row.logits(),
        null,
        null,
        null,
        row.step());
  }

  private static String number(float value) {
    return String.format(Locale.ROOT, "%.1f", value).replace('-', '\u2212');
  }

  private Picture resized(Picture tile) {
    int longest = Math.max(tile.width(), tile.height());
    return PictureSize.resized(tile, side > 0 ? side : PictureSize.enlarged(longest));
  }
}
