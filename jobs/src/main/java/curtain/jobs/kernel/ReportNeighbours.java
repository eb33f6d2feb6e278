package curtain.jobs.kernel;

import curtain.figures.Picture;
import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.KernelRows;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Counted;
import curtain.jobs.show.ListedImages;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.Pictures;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.Spread;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Some images, at equal distances among those that have neighbours, beside their nearest neighbours
 * by each kernel. A picture is in the page once, however many kernels show it. Memory: the
 * pictures.
 *
 * @param queries by position and kernel, neighbours by rank
 * @param own pictures of the queries by image_id; empty where they cannot be read
 * @param others the same of the neighbours
 * @param oneSet whether queries and neighbours are of one set, and {@code own} has both
 * @param names of classes
 * @param notShown what could not be shown, and why: a sentence each
 */
record ReportNeighbours(
    TreeMap<Long, Map<String, List<NeighbourRow>>> queries,
    Map<String, Picture> own,
    Map<String, Picture> others,
    boolean oneSet,
    ClassNames names,
    List<String> notShown) {
  private static final int QUERIES = 8;

  /** How the name of a picture begins. */
  private static final String OWN = "image ";

  private static final String OTHER = "column ";

  /** Neighbours of each by each kernel, the nearest ones. */
  private static final int NEAR = 5;

  /** Reads the neighbours, and their pictures where the Gram's images are there. */
  static ReportNeighbours read(FinishedOutput kernel, ReportRoom room)
      throws IOException, RunException {
    Set<String> kernels = KernelRows.kernels(kernel, GramTables.NEIGHBOURS, room.conf());
    int[] there = NeighbourReader.choose(kernel, Set.of(), null, room.conf()).stream().toArray();
    int most = Math.min(QUERIES, room.images(1 + NEAR * Math.max(1, kernels.size())));
    BitSet chosen = new BitSet();
    for (int place : Spread.of(there.length, most)) {
      chosen.set(there[place]);
    }
    TreeMap<Long, Map<String, List<NeighbourRow>>> queries = new TreeMap<>();
    for (String name : kernels) {
      for (List<NeighbourRow> query : NeighbourReader.read(kernel, name, chosen, room.conf())) {
        queries
            .computeIfAbsent(query.get(0).position(), none -> new LinkedHashMap<>())
            .put(name, List.copyOf(query.subList(0, Math.min(NEAR, query.size()))));
      }
    }
    if (queries.isEmpty()) {
      return without(queries, List.of());
    }
    try {
      return pictured(queries, KernelFigures.gram(kernel, room.conf()), room);
    } catch (IOException | RunException | RuntimeException e) {
      String sentence =
          NotShown.all(kernel.given(), "the images of the neighbours", NotShown.why(e));
      return without(queries, List.of(sentence));
    }
  }

  private static ReportNeighbours without(
      TreeMap<Long, Map<String, List<NeighbourRow>>> queries, List<String> notShown) {
    return new ReportNeighbours(queries, Map.of(), Map.of(), true, ClassNames.none(), notShown);
  }

  private static ReportNeighbours pictured(
      TreeMap<Long, Map<String, List<NeighbourRow>>> queries, FinishedOutput gram, ReportRoom room)
      throws IOException, RunException {
    ClassNames names = ClassNames.of(gram, room.labels(), room.conf());
    Set<String> left = new TreeSet<>();
    Set<String> right = new TreeSet<>();
    for (Map<String, List<NeighbourRow>> query : queries.values()) {
      for (List<NeighbourRow> near : query.values()) {
        left.add(near.get(0).imageId());
        near.forEach(each -> right.add(each.neighbourId()));
      }
    }
    boolean same = gram.setting("columns").equals("none");
    if (same) {
      left.addAll(right);
    }
    int count = same ? left.size() : left.size() + right.size();
    ListedImages images = ListedImages.of(gram, null, room.conf());
    Map<String, Picture> own =
        new Pictures(images, 0, room.conf()).read(left, picture -> room.fitted(picture, count));
    Map<String, Picture> others =
        same
            ? own
            : new Pictures(ListedImages.columns(gram, room.conf()), 0, room.conf())
                .read(right, picture -> room.fitted(picture, count));
    return new ReportNeighbours(queries, own, others, same, names, List.of());
  }

  /** What stands above the pictures. */
  List<ReportBlock> blocks() {
    return queries.isEmpty()
        ? List.of()
        : List.of(
            new ReportBlock.Heading("Nearest neighbours"),
            new ReportBlock.Text(
                Counted.of(queries.size(), "image")
                    + " at equal distances in the set, with the nearest images by each kernel;"
                    + " framed: of another class."));
  }

  /** Writes the members {@code pictures}, by name, and {@code items}, the images. */
  void write(ReportJson json) throws IOException {
    json.begin("pictures");
    for (Map.Entry<String, Picture> each : new TreeMap<>(own).entrySet()) {
      json.put(OWN + each.getKey(), each.getValue());
    }
    if (!oneSet) {
      for (Map.Entry<String, Picture> each : new TreeMap<>(others).entrySet()) {
        json.put(OTHER + each.getKey(), each.getValue());
      }
    }
    json.end();
    json.beginArray("items");
    for (Map<String, List<NeighbourRow>> query : queries.values()) {
      NeighbourRow first = query.values().iterator().next().get(0);
      json.begin();
      image(own, OWN, first.imageId(), first.label(), json);
      json.beginArray("kernels");
      for (Map.Entry<String, List<NeighbourRow>> each : query.entrySet()) {
        json.begin();
        json.put("kernel", each.getKey());
        json.beginArray("near");
        for (NeighbourRow near : each.getValue()) {
          json.begin();
          image(others, oneSet ? OWN : OTHER, near.neighbourId(), near.neighbourLabel(), json);
          json.put("similarity", near.similarity());
          json.put("other", near.isOfAnotherClass());
          json.end();
        }
        json.endArray();
        json.end();
      }
      json.endArray();
      json.end();
    }
    json.endArray();
  }

  private void image(
      Map<String, Picture> pictures, String side, String id, Integer label, ReportJson json)
      throws IOException {
    json.put("id", id);
    json.put("label", label == null ? null : names.title(label));
    json.put("picture", pictures.containsKey(id) ? side + id : null);
  }
}
