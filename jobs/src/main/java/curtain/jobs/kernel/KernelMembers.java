package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.shards.Parts;
import curtain.scores.Labels;
import curtain.scores.Logits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The images of one side of a Gram matrix, by position.
 *
 * @param ids image_ids
 * @param labels labels, each null where unknown
 * @param logits logits of all images; null where an image has none
 */
record KernelMembers(List<String> ids, Labels labels, Logits logits) {
  /** The columns that are read of {@link GramTables#MEMBERS}, without features. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of logits, never compared
  private record Member(
      String side, long position, String imageId, Integer label, float[] logits) {}

  /**
   * Reads a side.
   *
   * @throws IOException when storage fails, or a position is missing or repeated
   */
  static KernelMembers read(Parts gram, String side) throws IOException {
    List<Member> rows = new ArrayList<>();
    gram.forEach(
        GramTables.MEMBERS.select(Member.class),
        row -> {
          if (side.equals(row.side())) {
            rows.add(row);
          }
        });
    rows.sort(Comparator.comparingLong(Member::position));
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).position() != i) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "--input: %s/ has no %s at position %d, or two before it",
                GramTables.MEMBERS.name(),
                side,
                i));
      }
    }
    boolean known = !rows.isEmpty() && rows.stream().map(Member::logits).allMatch(Objects::nonNull);
    return new KernelMembers(
        rows.stream().map(Member::imageId).toList(),
        new Labels(new ArrayList<>(rows.stream().map(Member::label).toList())),
        known ? new Logits(rows.stream().map(Member::logits).toArray(float[][]::new)) : null);
  }

  /** The number of images. */
  int count() {
    return ids.size();
  }
}
