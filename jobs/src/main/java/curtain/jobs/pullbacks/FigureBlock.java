package curtain.jobs.pullbacks;

import curtain.figures.Cell;
import curtain.figures.PageBlock;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.images.source.DecodedImage;
import curtain.jobs.pullbacks.FigureTable.Shown;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.PictureSize;
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
 * The pictures of one image, for a page. A pullback is drawn when its row is added, so that its
 * values need not be kept.
 */
public final class FigureBlock {
  /** What is pulled back: a class or a neuron; the other component is null. */
  private record Goal(Integer target, String neuron) {}

  /** What the columns of a page show. */
  enum Columns {
    /** Classes or neurons. */
    TARGETS,
    /** Gates and temperatures, the gradient first. */
    TEMPERATURES;

    /** The option's value. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final PullbackRow first;
  private final Picture image;
  private final ClassNames names;
  private final Style style;
  private final int side;
  private final Set<Goal> goals = new LinkedHashSet<>();
  private final Map<Kind, Map<Goal, Cell>> rows = new LinkedHashMap<>();
  private final IdentityHashMap<Picture, Shown> shown;

  /**
   * Starts with the image and no pullback.
   *
   * @param side longer side of a picture, pixels; 0 for that of the image, times the least integer
   *     that makes it 128 or more
   * @param shown takes what each picture shows
   */
  FigureBlock(
      PullbackRow first,
      DecodedImage image,
      ClassNames names,
      Style style,
      int side,
      IdentityHashMap<Picture, Shown> shown) {
    this.first = first;
    this.image = Picture.ofImage(image.shape()[2], image.shape()[1], image.pixels());
    this.names = names;
    this.style = style;
    this.side = side;
    this.shown = shown;
  }

  /** Gives a class the next column, whether or not the image has a pullback of it. */
  void column(int target) {
    goals.add(new Goal(target, null));
  }

  /**
   * Draws the pullback of a row.
   *
   * @throws RunException where the values cannot be drawn
   */
  void add(PullbackRow row) throws RunException {
    Picture picture = resized(drawn(row, title(row), image, style));
    Goal goal = new Goal(row.target(), row.neuron());
    goals.add(goal);
    String logit = String.format(Locale.ROOT, "%.2f", row.logit()).replace('-', '\u2212');
    rows.computeIfAbsent(row.kind(), kind -> new LinkedHashMap<>())
        .put(goal, new Cell(picture, title(row), logit));
    String name = row.target() == null ? row.neuron() : names.name(row.target());
    shown.put(
        picture,
        new Shown(
            row.imageId(),
            row.ordinal(),
            row.label(),
            row.target(),
            name,
            row.kind(),
            row.logit()));
  }

  /**
   * Draws a row's pullback, one pixel for each of the image's.
   *
   * @param title name of the class or neuron, for the message
   * @throws RunException where the shape is not the image's, or the values cannot be drawn
   */
  static Picture drawn(PullbackRow row, String title, Picture image, Style style)
      throws RunException {
    int[] shape = {3, image.height(), image.width()};
    String what = "pullback of " + row.imageId() + " for " + title;
    if (!Arrays.equals(shape, row.shape())) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, the image %s; give the --images that it was taken of",
              what,
              Arrays.toString(row.shape()),
              Arrays.toString(shape)));
    }
    try {
      return style.draw(row.pullback(), image);
    } catch (IllegalArgumentException e) {
      throw new RunException(what + " cannot be drawn: " + e.getMessage());
    }
  }

  /**
   * The image's part of a page: gradients first, then the kinds in the order of the rows.
   *
   * @param columns what columns show; rows show the other
   */
  PageBlock block(Columns columns) {
    Picture picture = resized(image);
    shown.put(
        picture,
        new Shown(first.imageId(), first.ordinal(), first.label(), null, null, null, null));
    String caption = first.label() == null ? "input" : "label: " + names.title(first.label());
    List<Kind> kinds = new ArrayList<>(rows.keySet());
    kinds.sort((a, b) -> Boolean.compare(b.isGradient(), a.isGradient()));
    List<PageBlock.Row> lines = new ArrayList<>();
    if (columns == Columns.TEMPERATURES) {
      goals.forEach(goal -> lines.add(sweep(goal, kinds)));
    } else {
      for (Kind kind : kinds) {
        lines.add(
            new PageBlock.Row(kind.label(), goals.stream().map(at -> cell(kind, at)).toList()));
      }
    }
    return new PageBlock(first.imageId(), new Cell(picture, caption, ""), lines);
  }

  private Optional<Cell> cell(Kind kind, Goal goal) {
    return Optional.ofNullable(rows.get(kind).get(goal));
  }

  /** The row of one class or neuron, with gates and temperatures as captions. */
  private PageBlock.Row sweep(Goal goal, List<Kind> kinds) {
    String label = goal.target() == null ? goal.neuron() : names.title(goal.target());
    List<Optional<Cell>> cells = new ArrayList<>();
    for (Kind kind : kinds) {
      String[] caption = kind.label().split(", ", 2);
      cells.add(
          cell(kind, goal)
              .map(at -> new Cell(at.picture(), caption[0], caption.length > 1 ? caption[1] : "")));
    }
    // the logit does not depend on gate and temperature
    String logit =
        kinds.stream()
            .flatMap(kind -> cell(kind, goal).stream())
            .map(Cell::value)
            .findFirst()
            .orElse("");
    return new PageBlock.Row((label + " " + logit).strip(), cells);
  }

  private String title(PullbackRow row) {
    return row.target() == null ? row.neuron() : names.title(row.target());
  }

  private Picture resized(Picture picture) {
    return PictureSize.resized(picture, PictureSize.side(side, picture));
  }
}
