package curtain.jobs.ascend;

import curtain.figures.LineChart;
import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Counted;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.show.SampledImages;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The section of walks: of some images at equal distances in the set the image, where walks from it
 * led after the last step, and the targets' logits over the steps.
 */
public final class AscentReport implements ReportSection {
  @Override
  public String command() {
    return "ascend";
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    ClassNames names = ClassNames.of(input, room.labels(), room.conf());
    int step = Integer.parseInt(input.setting("steps"));
    SampledImages<WalkPoint> sample =
        SampledImages.read(() -> open(input, false, step, Set.of(), room), room);
    json.putBlocks(
        List.of(
            new ReportBlock.Text(
                String.format(
                    Locale.ROOT,
                    "%s %s of L2 norm %s within a ball of radius %s. Left where the walk led, right"
                        + " the difference to the image, scaled by itself.",
                    sample.sentence(),
                    Counted.of(step, "step"),
                    AscentFigures.plain(input.setting("alpha")),
                    AscentFigures.plain(input.setting("eps"))))));
    NotShown notShown = new NotShown(input.given());
    sample.write(
        () -> open(input, true, step, sample.first().keySet(), room),
        new Walks(names, room, sample.pictures(), notShown),
        names,
        room,
        notShown,
        json);
    return notShown.sentences();
  }

  private static AscentReader open(
      FinishedOutput input, boolean values, int step, Set<String> images, ReportRoom room)
      throws IOException, RunException {
    return AscentReader.open(input, values, Direction.BOTH, step, images, room.conf());
  }

  /** Writes the walks from one image after the other. */
  private static final class Walks implements SampledImages.View<WalkPoint> {
    private final ClassNames names;
    private final ReportRoom room;
    private final int pictures;
    private final NotShown notShown;
    private final List<LineChart.Line> lines = new ArrayList<>();
    private String image;

    Walks(ClassNames names, ReportRoom room, int pictures, NotShown notShown) {
      this.names = names;
      this.room = room;
      this.pictures = pictures;
      this.notShown = notShown;
    }

    @Override
    public Picture image(WalkPoint first) {
      image = first.imageId();
      lines.clear();
      float[] original = first.image().clone();
      for (int i = 0; i < original.length; i++) {
        original[i] -= first.difference()[i];
      }
      return picture(first, original);
    }

    @Override
    public void row(WalkPoint row, Picture original, ReportJson json) throws IOException {
      String title = row.title(names);
      double[] logits = new double[row.logits().length];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = row.logits()[i];
      }
      lines.add(
          LineChart.Line.of(
              title + ", " + row.kind().label(), AscentCurves.steps(logits.length), logits));
      json.put("target", title);
      json.put("kind", row.kind().label());
      json.put("before", logits[0]);
      json.put("after", logits[logits.length - 1]);
      json.put("norm", Vectors.norm(row.difference()));
      String missing = null;
      try {
        Picture reached = picture(row, row.image());
        Picture difference =
            Style.RGB.draw(row.difference(), reached); // of which it takes the size
        json.put("reached", room.fitted(reached, pictures));
        json.put("difference", room.fitted(difference, pictures));
      } catch (RuntimeException e) {
        missing =
            String.format(
                Locale.ROOT,
                "the walk from %s to %s cannot be drawn: %s",
                row.imageId(),
                title,
                NotShown.why(e));
        notShown.add("walks", missing);
      }
      json.put("missing", missing);
    }

    /** The chart of the image's logits, a line for each row. */
    @Override
    public void end(ReportJson json) throws IOException {
      json.putRecord(
          "chart", AscentCurves.chart("Logits along the walks from " + image, "logit", lines));
    }

    private static Picture picture(WalkPoint row, float[] x) {
      return Picture.ofInput(row.shape()[2], row.shape()[1], x);
    }
  }
}
