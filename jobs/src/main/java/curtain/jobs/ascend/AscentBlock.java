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
 * The pictures of the walks from one image, for a page. A point is drawn when it is added, so that
 * its values need not be kept. The image itself is a point minus its difference, so that no image
 * set is needed.
 */
final class AscentBlock {
  /** Name of the cells that show the image itself. */
  static final String INPUT = "input";

  /** Name of the cells that show a point of a walk. */
  static final String IMAGE = "image";

  /** Name of the cells that show the difference of a point and the image. */
  static final String DIFFERENCE = "difference";

  /** What a walk raises: a class or a neuron; the other component is null. */
  private record Goal(Integer target, String neuron) {}

  /**
   * What a picture shows.
   *
   * @param what {@link #INPUT}, {@link #IMAGE} or {@link #DIFFERENCE}
   * @param row the point, without values; for the input the first one of the image
   * @param norm L2 norm of the difference, for pixels in [-1, 1]
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
   * Starts with the image of a point and no walk.
   *
   * @param side longer side of a picture, pixels, or 0, see {@link FigureBlock}
   * @param shown takes what each picture shows
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
    this.image = picture(first, original);
  }

  /** Gives a class the next two columns, whether or not the image has a walk towards it. */
  void column(int target) {
    goals.add(new Goal(target, null));
  }

  /**
   * Draws a point of a walk and its difference to the image.
   *
   * @throws RunException where the values cannot be drawn
   */
  void add(WalkPoint row) throws RunException {
    Picture reached = picture(row, row.image());
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
    shown.put(left.picture(), new Shown(IMAGE, light, norm));
    shown.put(right.picture(), new Shown(DIFFERENCE, light, norm));
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

  private Picture picture(WalkPoint row, float[] x) throws RunException {
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

  /** The point without its values, which would fill the memory. */
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

  private Picture resized(Picture picture) {
    int longest = Math.max(picture.width(), picture.height());
    return PictureSize.resized(picture, side > 0 ? side : PictureSize.enlarged(longest));
  }
}
