package curtain.jobs.ascend;

import curtain.figures.Picture;
import curtain.figures.Style;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.show.Spread;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Images, where walks from them led, and the targets' logits over the steps: of some images at
 * equal distances in the set. The last step is shown.
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
    int images = 0;
    long last = -1;
    try (AscentReader rows = keys(input, step, room)) {
      for (WalkPoint row = rows.next(); row != null; row = rows.next()) {
        images += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
      }
    }
    Map<String, Integer> chosen = choose(input, step, Spread.of(images, room.images(3)), room);
    int perImage = Math.max(1, room.most() / Math.max(1, 1 + chosen.size()) / 2);
    int rows = chosen.values().stream().mapToInt(n -> Math.min(n, perImage)).sum();
    json.put("images", images);
    json.put("most", perImage);
    json.put("steps", step);
    json.put("alpha", input.setting("alpha"));
    json.put("eps", input.setting("eps"));
    NotShown notShown = new NotShown(input.given());
    json.beginArray("items");
    if (!chosen.isEmpty()) {
      Items items = new Items(names, room, 2 * rows + chosen.size(), perImage, notShown, json);
      try (AscentReader reader =
          AscentReader.open(input, true, Direction.BOTH, step, chosen.keySet(), room.conf())) {
        items.write(reader, chosen);
      }
    }
    json.endArray();
    return notShown.sentences();
  }

  private static AscentReader keys(FinishedOutput input, int step, ReportRoom room)
      throws IOException, RunException {
    return AscentReader.open(input, false, Direction.BOTH, step, Set.of(), room.conf());
  }

  /** The images at some places, with the number of their rows. */
  private static Map<String, Integer> choose(
      FinishedOutput input, int step, int[] places, ReportRoom room)
      throws IOException, RunException {
    Map<String, Integer> chosen = new LinkedHashMap<>();
    int place = -1;
    long last = -1;
    try (AscentReader rows = keys(input, step, room)) {
      for (WalkPoint row = rows.next(); row != null; row = rows.next()) {
        place += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
        if (Spread.has(places, place)) {
          chosen.merge(row.imageId(), 1, Integer::sum);
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
    void write(AscentReader reader, Map<String, Integer> counts) throws IOException {
      WalkPoint row = reader.next();
      while (row != null) {
        String id = row.imageId();
        Picture image = null;
        String missing = null;
        try {
          image = tile(row, original(row));
        } catch (RuntimeException e) {
          missing = NotShown.why(e);
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
            row(row);
          }
        }
        json.endArray();
        json.end();
      }
    }

    private static float[] original(WalkPoint row) {
      float[] original = row.image().clone();
      for (int i = 0; i < original.length; i++) {
        original[i] -= row.difference()[i];
      }
      return original;
    }

    private void row(WalkPoint row) throws IOException {
      json.begin();
      json.put("target", row.title(names));
      json.put("kind", row.kind().label());
      List<Float> logits = new ArrayList<>();
      for (float logit : row.logits()) {
        logits.add(logit);
      }
      json.putAll("logits", logits);
      json.put("norm", Vectors.norm(row.difference()));
      Picture reached = null;
      Picture difference = null;
      String missing = null;
      try {
        reached = tile(row, row.image());
        difference = Style.RGB.draw(row.difference(), reached); // of which it takes the size
      } catch (RuntimeException e) {
        missing =
            String.format(
                Locale.ROOT,
                "the walk from %s to %s cannot be drawn: %s",
                row.imageId(),
                row.title(names),
                NotShown.why(e));
        notShown.add("walks", missing);
      }
      json.put("missing", missing);
      if (missing == null) {
        json.put("reached", room.fitted(reached, pictures));
        json.put("difference", room.fitted(difference, pictures));
      }
      json.end();
    }

    private static Picture tile(WalkPoint row, float[] x) {
      return Picture.ofInput(row.shape()[2], row.shape()[1], x);
    }
  }
}
