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
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.show.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images with their pullbacks and gradients: some at equal distances in the set. Where the images
 * are no longer there, pullbacks are shown without them, and the page says why.
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
    int images = count(input, room);
    Chosen chosen = choose(input, room, Spread.of(images, room.images(1 + STYLES.size())));
    int perImage = Math.max(1, room.most() / Math.max(1, 1 + chosen.first.size()) / STYLES.size());
    int rows = chosen.rows.values().stream().mapToInt(n -> Math.min(n, perImage)).sum();
    json.put("images", images);
    json.put("stored", store != Store.NONE);
    json.put("most", perImage);
    json.putAll("styles", STYLES);
    NotShown notShown = new NotShown(input.given());
    List<String> sentences = new ArrayList<>();
    FigureSet set = null;
    try {
      set = FigureSet.list(input, null, room.conf());
      for (PullbackRow row : chosen.first.values()) {
        set.add(row);
      }
    } catch (IOException | RunException | RuntimeException e) {
      set = null;
      sentences.add(NotShown.all(input.given(), "the images themselves", NotShown.why(e)));
    }
    json.beginArray("items");
    if (!chosen.first.isEmpty()) {
      Items items =
          new Items(
              names, room, STYLES.size() * rows + chosen.first.size(), perImage, notShown, json);
      try (PullbackReader reader =
              PullbackReader.open(input, store, chosen.first.keySet(), room.conf());
          CloseableIterator<Outcome> outcomes = set == null ? null : set.load()) {
        items.write(reader, set, outcomes, chosen.rows);
      }
    }
    json.endArray();
    sentences.addAll(notShown.sentences());
    return sentences;
  }

  private static int count(FinishedOutput input, ReportRoom room) throws IOException, RunException {
    int count = 0;
    long last = -1;
    try (PullbackReader rows = PullbackReader.open(input, Store.NONE, Set.of(), room.conf())) {
      for (PullbackRow row = rows.next(); row != null; row = rows.next()) {
        count += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
      }
    }
    return count;
  }

  /** The images at some places: by image_id the first row, and the number of rows. */
  private record Chosen(Map<String, PullbackRow> first, Map<String, Integer> rows) {}

  private static Chosen choose(FinishedOutput input, ReportRoom room, int[] places)
      throws IOException, RunException {
    Chosen chosen = new Chosen(new LinkedHashMap<>(), new LinkedHashMap<>());
    int place = -1;
    long last = -1;
    try (PullbackReader rows = PullbackReader.open(input, Store.NONE, Set.of(), room.conf())) {
      for (PullbackRow row = rows.next(); row != null; row = rows.next()) {
        place += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
        if (Spread.has(places, place)) {
          chosen.first.putIfAbsent(row.imageId(), row);
          chosen.rows.merge(row.imageId(), 1, Integer::sum);
        }
      }
    }
    return chosen;
  }

  /**
   * Writes images one after the other.
   *
   * @param pictures number of all
   * @param perImage the most rows of an image that are shown
   */
  private record Items(
      ClassNames names,
      ReportRoom room,
      int pictures,
      int perImage,
      NotShown notShown,
      ReportJson json) {
    void write(
        PullbackReader reader,
        FigureSet set,
        CloseableIterator<Outcome> outcomes,
        Map<String, Integer> counts)
        throws IOException, RunException {
      String failed = null;
      PullbackRow row = reader.next();
      while (row != null) {
        String id = row.imageId();
        Picture image = null;
        String missing = failed;
        if (set != null && failed == null) {
          try {
            DecodedImage decoded = set.decoded(outcomes.next());
            image = Picture.ofImage(decoded.shape()[2], decoded.shape()[1], decoded.pixels());
          } catch (RunException e) {
            missing = NotShown.why(e);
          } catch (RuntimeException e) { // what holds the images cannot be read, here nor further
            failed = NotShown.why(e);
            missing = failed;
          }
        }
        if (missing != null) {
          notShown.add("images", missing);
        }
        json.begin();
        json.put("id", id);
        json.put("label", row.label() == null ? null : names.title(row.label()));
        json.put("count", counts.get(id));
        json.put("missing", missing);
        if (image != null) {
          json.put("picture", room.fitted(image, pictures));
        }
        json.beginArray("rows");
        for (int i = 0; row != null && row.imageId().equals(id); row = reader.next(), i++) {
          if (i < perImage) {
            row(row, image);
          }
        }
        json.endArray();
        json.end();
      }
    }

    private void row(PullbackRow row, Picture image) throws IOException {
      String title = row.target() == null ? row.neuron() : names.title(row.target());
      json.begin();
      json.put("target", title);
      json.put("kind", row.kind().label());
      json.put("gradient", row.kind().isGradient());
      json.put("logit", row.logit());
      json.put("probability", row.probability());
      json.put("norm", row.norm());
      json.put("cosine", row.cosineToGradient());
      if (row.pullback() != null) {
        pictures(row, title, image);
      }
      json.end();
    }

    private void pictures(PullbackRow row, String title, Picture image) throws IOException {
      List<Picture> tiles = new ArrayList<>();
      try {
        // Only for the size: neither style shows the image.
        int[] shape = row.shape();
        Picture size =
            image != null
                ? image
                : new Picture(shape[2], shape[1], new byte[row.pullback().length], 0, 0);
        for (Style style : STYLES) {
          tiles.add(FigureBlock.drawn(row, title, size, style));
        }
      } catch (RunException | RuntimeException e) {
        String missing = NotShown.why(e);
        notShown.add("pullbacks", missing);
        json.put("missing", missing);
        return;
      }
      json.put("low", tiles.get(0).minimum());
      json.put("high", tiles.get(0).maximum());
      for (int i = 0; i < tiles.size(); i++) {
        json.put(STYLES.get(i).toString(), room.fitted(tiles.get(i), pictures));
      }
    }
  }
}
