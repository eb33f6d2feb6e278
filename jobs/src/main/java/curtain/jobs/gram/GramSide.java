package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The images of the rows, or of the columns, of a Gram matrix.
 *
 * @param labels labels by position; {@link #NONE} for an image without one
 * @param ids image_ids by position; empty for more than {@link #NAMED} images
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
record GramSide(int[] labels, List<String> ids) {
  /** Stands for no label, and sorts after all labels. */
  static final int NONE = Integer.MAX_VALUE;

  /** The largest number of images whose ids are kept. */
  static final int NAMED = 200;

  /** The columns that are read of {@code members}. */
  private record Key(String side, Long position, String imageId, Integer label) {}

  /** The column {@code side} of {@code members}. */
  private record Side(String side) {}

  /**
   * Reads the images of a side from {@code members}.
   *
   * @param side {@link GramTables#ROW} or {@link GramTables#COLUMN}
   * @throws RunException where the side has no images
   * @throws IOException where positions are not those from 0 on, each once
   */
  static GramSide read(FinishedOutput gram, String side, Configuration conf)
      throws IOException, RunException {
    List<Path> parts = gram.parts(GramTables.MEMBERS.name());
    int[] count = new int[1];
    Table<Side> sides = GramTables.MEMBERS.select(Side.class);
    Table<Key> keys = GramTables.MEMBERS.select(Key.class);
    for (Path part : parts) {
      TableReader.forEach(sides, part, conf, row -> count[0] += side.equals(row.side()) ? 1 : 0);
    }
    if (count[0] == 0) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no image that could be used for its %ss; errors/ says why",
              gram.given(),
              side));
    }
    int[] labels = new int[count[0]];
    boolean[] seen = new boolean[count[0]];
    String[] ids = new String[count[0] <= NAMED ? count[0] : 0];
    for (Path part : parts) {
      TableReader.forEach(
          keys,
          part,
          conf,
          row -> {
            if (side.equals(row.side())) {
              int at = position(row.position(), seen, part);
              labels[at] = row.label() == null || row.label() < 0 ? NONE : row.label();
              if (ids.length > 0) {
                ids[at] = row.imageId();
              }
            }
          });
    }
    return new GramSide(labels, Arrays.asList(ids));
  }

  private static int position(Long value, boolean[] seen, Path part) throws IOException {
    long position = value == null ? -1 : value;
    if (position < 0 || position >= seen.length || seen[(int) position]) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has position %s twice or beyond the %d images of its side",
              part,
              value,
              seen.length));
    }
    seen[(int) position] = true;
    return (int) position;
  }

  /** The number of images. */
  int size() {
    return labels.length;
  }
}
