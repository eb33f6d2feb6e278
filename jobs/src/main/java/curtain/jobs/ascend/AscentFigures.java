package curtain.jobs.ascend;

import curtain.figures.Type;
import curtain.jobs.command.Settings;
import curtain.jobs.pullbacks.FigurePages;
import curtain.jobs.pullbacks.PullbackFigures;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Csv;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.PictureArguments;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Walks along pullbacks as pictures [paper, figures 1, 3 and 4]. Rows are images; columns: the
 * image, then for each target where the walk led, and the difference, scaled by itself. Each
 * direction and temperature has a row of its own, the gradient's above the others. Writes {@code
 * figure-0001.png} and so on, {@code figures.csv}, and {@code logits.png} with {@code logits.csv},
 * the targets' logits over the steps.
 */
public final class AscentFigures implements FigureKind {
  private static final int EM = 22;

  private final PullbackFigures pullbacks;
  private final WalkArguments walks;

  /** With the options that it shares with pullbacks', and its own. */
  public AscentFigures(PullbackFigures pullbacks, WalkArguments walks) {
    this.pullbacks = pullbacks;
    this.walks = walks;
  }

  @Override
  public String command() {
    return "ascend";
  }

  @Override
  public Set<String> options() {
    Set<String> options = new LinkedHashSet<>(PictureArguments.OPTIONS);
    options.remove("--images"); // the walks have them
    options.addAll(List.of("--targets", "--style"));
    options.addAll(WalkArguments.OPTIONS);
    return options;
  }

  @Override
  public String files() {
    return "figures\\.csv|figure-\\d+\\.png|logits\\.(csv|png)";
  }

  @Override
  public Ready ready(FinishedOutput input, String labels, Configuration conf)
      throws IOException, RunException {
    int step = step(input);
    Direction stored = Direction.of(input.setting("direction"));
    if (!stored.each().containsAll(walks.direction().each())
        && walks.direction() != Direction.BOTH) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--direction %s: --input %s has walks along the %s alone; run curtain ascend with"
                  + " --direction both",
              walks.direction(),
              input.given(),
              stored));
    }
    PictureArguments pictures = pullbacks.pictures();
    ClassNames names = ClassNames.of(input, labels, conf);
    List<Integer> columns = pullbacks.columns(names);
    int cell = pictures.cell() == null ? 0 : pictures.cell();
    AscentPages pages = new AscentPages(columns, names, pullbacks.style(), cell, pictures.rows());
    AscentCurves curves = new AscentCurves();
    AscentPanels panels = AscentPanels.of(input, names);
    Set<String> chosen = choose(input, pages, step, panels, curves, conf);
    Settings settings =
        Settings.builder()
            .addAll(pictures.choice(PictureArguments.OWN_SIZE))
            .addAll(pullbacks.settings(columns))
            .addAll(walks.settings())
            .build();
    return new Chosen(input, walks.direction(), step, chosen, pages, curves, settings, conf);
  }

  /** The step that is shown. */
  private int step(FinishedOutput input) throws RunException {
    int last = Integer.parseInt(input.setting("steps"));
    if (walks.step() == null || walks.step() == last) {
      return last;
    }
    if (walks.step() > last) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--step %d: the walks of --input %s have %d steps",
              walks.step(),
              input.given(),
              last));
    }
    if (!Boolean.parseBoolean(input.setting("keep-steps"))) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--step %d: --input %s keeps the images of step %d alone; run curtain ascend with"
                  + " --keep-steps",
              walks.step(),
              input.given(),
              last));
    }
    return walks.step();
  }

  /**
   * Chooses images by a pass over the rows without their values; adds their walks to the curves.
   */
  private Set<String> choose(
      FinishedOutput input,
      AscentPages pages,
      int step,
      AscentPanels panels,
      AscentCurves curves,
      Configuration conf)
      throws IOException, RunException {
    Set<String> ids = new LinkedHashSet<>(pullbacks.pictures().ids());
    Long limit = pullbacks.pictures().limit();
    Set<String> missing = new LinkedHashSet<>(ids);
    Set<Integer> unseen = new LinkedHashSet<>(pages.targets());
    Set<String> chosen = new LinkedHashSet<>();
    try (AscentReader rows = AscentReader.open(input, false, walks.direction(), step, ids, conf)) {
      for (WalkPoint row = rows.next(); row != null; row = rows.next()) {
        missing.remove(row.imageId());
        unseen.remove(row.target());
        String panel = panels.of(row);
        if (pages.isWanted(row)
            && (chosen.contains(row.imageId()) || limit == null || chosen.size() < limit)) {
          chosen.add(row.imageId());
          curves.add(panel, row);
        }
      }
    }
    for (String id : missing) {
      throw new RunException("--image " + id + " has no walks; errors/ may say why");
    }
    for (int target : unseen) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--targets: no walk from %s leads to %s",
              ids.isEmpty() ? "the images" : "--image's images",
              pages.names().title(target)));
    }
    if (chosen.isEmpty()) {
      throw new RunException("there are no walks to show; errors/ says why");
    }
    return chosen;
  }

  /** Images whose walks are there. */
  private record Chosen(
      FinishedOutput input,
      Direction direction,
      int step,
      Set<String> chosen,
      AscentPages pages,
      AscentCurves curves,
      Settings settings,
      Configuration conf)
      implements Ready {
    @Override
    public long images() {
      return chosen.size();
    }

    @Override
    public String shown() {
      return String.format(Locale.ROOT, "%,d walks from %,d images", curves.walks(), images());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      FigurePages.Drawn drawn;
      try (AscentReader reader = AscentReader.open(input, true, direction, step, chosen, conf)) {
        drawn = pages.draw(reader, chosen, output, done -> progress.show(done, 0, done, images()));
      }
      String title =
          String.format(
              Locale.ROOT,
              "%s: %s, steps of %s in a ball of radius %s",
              input.setting("model"),
              shown(),
              plain(input.setting("alpha")),
              plain(input.setting("eps")));
      Png.write(output, "logits.png", curves.drawing(Type.ofSize(EM), title).draw());
      Map<String, Long> counts = new LinkedHashMap<>();
      counts.put("pages", drawn.pages() + 1L);
      counts.put("figures.csv", drawn.cells());
      try (Csv csv = new Csv(output, "logits.csv", AscentCurves.COLUMNS)) {
        curves.write(csv);
        counts.put("logits.csv", csv.rows());
      }
      return counts;
    }
  }

  /** A number of the settings, without decimals where they are 0. */
  static String plain(String number) {
    return number.replaceFirst("\\.0$", "");
  }
}
