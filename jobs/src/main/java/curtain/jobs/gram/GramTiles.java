package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import curtain.jobs.gram.GramGroup.ImageBlock;
import curtain.jobs.gram.GramGroup.Unit;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The second stage of {@code gram}: plans tiles by position. Where tiles are kept, each is a unit
 * {@code ROW-COLUMN}, and one set has those of the upper triangle only. Where they are reduced,
 * units have several blocks of columns and cover both triangles, so that no task needs the sums of
 * another.
 *
 * @param sets the images
 * @param block number of images in a block
 * @param cross whether the columns are a second set
 * @param keep what is kept of tiles
 * @param vectors vectors that kernels are multiplied by, or null
 * @param kernel what tasks run
 */
record GramTiles(
    GramSets sets, int block, boolean cross, Keep keep, GramVectors vectors, GramTileKernel kernel)
    implements Stage<GramGroup> {
  /** The largest number of blocks of columns that are reduced to one unit. */
  private static final int REDUCED_TOGETHER = 64;

  /**
   * The largest number of bytes of columns in a group of several blocks: Spark sends no task larger
   * than 128 MiB ({@code spark.rpc.message.maxSize}).
   */
  private static final long MOST_BYTES = 64L << 20;

  /** Upper estimate of the bytes of an image's id and location. */
  private static final long IMAGE_BYTES = 256;

  /** The number of groups for each task slot, so that all slots finish at about the same time. */
  private static final int PER_SLOT = 4;

  /** The columns that are read of {@code members}. */
  private record Place(String side, long ordinal) {}

  @Override
  public String plural() {
    return keep.tiles() ? "tiles" : "runs of tiles";
  }

  @Override
  public Work<GramGroup> plan(Parts parts, Predicate<String> done, int slots) throws IOException {
    List<ImageRef> first = new ArrayList<>();
    List<ImageRef> second = new ArrayList<>();
    parts.forEach(
        GramTables.MEMBERS.select(Place.class),
        member -> {
          boolean row = member.side().equals(GramTables.ROW);
          long ordinal = member.ordinal() + (row ? 0 : sets.rows());
          (row ? first : second).add(sets.images().get(Math.toIntExact(ordinal)));
        });
    List<ImageBlock> rows = blocks(first, null);
    List<ImageBlock> columns =
        cross || vectors != null ? blocks(cross ? second : first, vectors) : rows;
    List<String> names = new ArrayList<>();
    List<List<Unit>> missing = new ArrayList<>();
    int count = 0;
    for (ImageBlock row : rows) {
      List<Unit> units = units(row, columns);
      units.forEach(unit -> names.add(unit.name()));
      List<Unit> left = units.stream().filter(unit -> !done.test(unit.name())).toList();
      missing.add(left);
      count += left.size();
    }
    int even = (count + PER_SLOT * slots - 1) / (PER_SLOT * slots);
    int most = mostBlocks(block, numbers()) / unitBlocks(keep, block, numbers());
    int together = Math.max(1, Math.min(even, most));
    List<GramGroup> groups = new ArrayList<>();
    for (ImageBlock row : rows) {
      List<Unit> left = missing.get(row.index());
      for (int from = 0; from < left.size(); from += together) {
        groups.add(new GramGroup(row, left.subList(from, Math.min(left.size(), from + together))));
      }
    }
    return new Work<>(List.copyOf(names), groups);
  }

  private List<ImageBlock> blocks(List<ImageRef> images, GramVectors with) {
    List<ImageBlock> blocks = new ArrayList<>();
    for (int from = 0; from < images.size(); from += block) {
      List<ImageRef> some = images.subList(from, Math.min(images.size(), from + block));
      blocks.add(
          new ImageBlock(
              blocks.size(),
              from,
              some,
              with == null ? null : with.of(some, cross ? sets.rows() : 0)));
    }
    return blocks;
  }

  /**
   * The largest number of blocks of columns in a group.
   *
   * @param numbers length of the vectors of columns; 0 where there are none
   */
  private static int mostBlocks(int block, long numbers) {
    return (int) Math.max(1, MOST_BYTES / (block * (IMAGE_BYTES + numbers * Double.BYTES)));
  }

  /**
   * The number of blocks in a unit; names of units depend on it, so settings alone decide it.
   *
   * @param numbers length of the vectors of columns; 0 where there are none
   */
  static int unitBlocks(Keep keep, int block, long numbers) {
    return keep.tiles() ? 1 : Math.min(REDUCED_TOGETHER, mostBlocks(block, numbers));
  }

  private long numbers() {
    return vectors == null ? 0 : vectors.length();
  }

  private List<Unit> units(ImageBlock row, List<ImageBlock> columns) {
    int first = keep.tiles() && !cross ? row.index() : 0;
    int together = unitBlocks(keep, block, numbers());
    List<Unit> units = new ArrayList<>();
    for (int from = first; from < columns.size(); from += together) {
      units.add(
          new Unit(
              String.format(Locale.ROOT, "%05d-%05d", row.index(), from),
              columns.subList(from, Math.min(columns.size(), from + together))));
    }
    return units;
  }
}
