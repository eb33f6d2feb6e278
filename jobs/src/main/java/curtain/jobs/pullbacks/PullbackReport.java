package curtain.jobs.pullbacks;

import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.Outcome;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.show.SampledImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The section of pullbacks and gradients, with their images: of some at equal distances in the set.
 * Where the images are no longer there, pullbacks are shown without them, and the page says why.
 */
public final class PullbackReport implements ReportSection {
  private static final List<Style> STYLES = List.of(Style.RGB, Style.DIVERGING);

  @Override
  public String command() {
    return "pullbacks";
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    Store store = Store.of(input.setting("store"));
    ClassNames names = ClassNames.of(input, room.labels(), room.conf());
    SampledImages<PullbackRow> sample =
        SampledImages.read(
            () -> PullbackReader.open(input, Store.NONE, Set.of(), room.conf()), room);
    List<String> text = new ArrayList<>(List.of(sample.sentence()));
    text.add("Each picture is scaled by its own extremes, which its text names.");
    if (store == Store.NONE) {
      text.add("The run kept no pullbacks, only their numbers (--store none).");
    }
    if (!Boolean.parseBoolean(input.setting("cosine", "true"))) {
      text.add("Their cosines to the gradient are computed with --cosine, which was not given.");
    }
    json.putBlocks(ReportBlock.Text.of(text));
    json.put("stored", store != Store.NONE);
    json.putAll("styles", STYLES);
    List<String> sentences = new ArrayList<>();
    FigureSet set = null;
    try {
      set = FigureSet.list(input, null, room.conf());
      for (PullbackRow row : sample.first().values()) {
        set.add(row);
      }
    } catch (IOException | RunException | RuntimeException e) {
      set = null;
      sentences.add(NotShown.all(input.given(), "the images themselves", NotShown.why(e)));
    }
    NotShown notShown = new NotShown(input.given());
    try (CloseableIterator<Outcome> outcomes = set == null ? null : set.load()) {
      sample.write(
          () -> PullbackReader.open(input, store, sample.first().keySet(), room.conf()),
          new Pulled(set, outcomes, names, room, sample.pictures(), notShown),
          names,
          room,
          notShown,
          json);
    }
    sentences.addAll(notShown.sentences());
    return sentences;
  }

  /** Writes the pullbacks of one image after the other. */
  private static final class Pulled implements SampledImages.View<PullbackRow> {
    private final FigureSet set;
    private final CloseableIterator<Outcome> outcomes;
    private final ClassNames names;
    private final ReportRoom room;
    private final int pictures;
    private final NotShown notShown;
    private RuntimeException failed;

    /**
     * Begins.
     *
     * @param set the images, or null
     * @param outcomes their pixels, or null
     * @param pictures number of all
     */
    Pulled(
        FigureSet set,
        CloseableIterator<Outcome> outcomes,
        ClassNames names,
        ReportRoom room,
        int pictures,
        NotShown notShown) {
      this.set = set;
      this.outcomes = outcomes;
      this.names = names;
      this.room = room;
      this.pictures = pictures;
      this.notShown = notShown;
    }

    @Override
    public Picture image(PullbackRow first) throws RunException {
      if (set == null) {
        return null;
      }
      if (failed != null) {
        throw failed;
      }
      try {
        DecodedImage decoded = set.decoded(outcomes.next());
        return Picture.ofImage(decoded.shape()[2], decoded.shape()[1], decoded.pixels());
      } catch (RuntimeException e) { // what holds the images cannot be read, here nor further
        failed = e;
        throw e;
      }
    }

    @Override
    public void row(PullbackRow row, Picture image, ReportJson json) throws IOException {
      String title = row.target() == null ? row.neuron() : names.title(row.target());
      json.put("target", title);
      json.put("kind", row.kind().label());
      json.put("gradient", row.kind().isGradient());
      json.put("logit", row.logit());
      json.put("probability", row.probability());
      json.put("norm", row.norm());
      json.put("cosine", row.cosineToGradient());
      if (row.pullback() == null) {
        return;
      }
      List<Picture> drawn = new ArrayList<>();
      try {
        // Only for the size: neither style shows the image.
        int[] shape = row.shape();
        Picture size =
            image != null
                ? image
                : new Picture(shape[2], shape[1], new byte[row.pullback().length], 0, 0);
        for (Style style : STYLES) {
          drawn.add(FigureBlock.drawn(row, title, size, style));
        }
      } catch (RunException | RuntimeException e) {
        String missing = NotShown.why(e);
        notShown.add("pullbacks", missing);
        json.put("missing", missing);
        return;
      }
      json.put("low", drawn.get(0).minimum());
      json.put("high", drawn.get(0).maximum());
      for (int i = 0; i < drawn.size(); i++) {
        json.put(STYLES.get(i).toString(), room.fitted(drawn.get(i), pictures));
      }
    }
  }
}
