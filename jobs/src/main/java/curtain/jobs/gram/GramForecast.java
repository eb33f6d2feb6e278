package curtain.jobs.gram;

import curtain.compile.ProgramInfo;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The work of the Gram matrix of a set with itself, part by part, from which rates make times.
 * Nothing is run and nothing overlaps: it is arithmetic over what {@code gram} does, tile by tile.
 *
 * @param images number of images of the set
 * @param block number of images of a tile's rows and columns
 * @param keep what is kept of tiles
 * @param source where passes over columns have their images or gates from
 * @param devices number of devices, each with a task of its own and the threads that feed it
 * @param image what one image takes
 */
public record GramForecast(
    long images, int block, Keep keep, Source source, int devices, Image image) {
  /** Kernels of which a matrix is kept or reduced: product, layer_sum, pixel and feature. */
  private static final int KERNELS = 4;

  /** Bytes of a pair in tiles: a logarithm and its sign, and three values of other kernels. */
  private static final int TILE_BYTES = 4 * Double.BYTES + 1;

  /** Bytes of an image's neighbour in a unit's part: two positions, a rank and a similarity. */
  private static final int PART_BYTES = 3 * Long.BYTES + Integer.BYTES;

  /** Bytes of an image's neighbour in the output: the same, two labels and two names. */
  private static final int NEIGHBOUR_BYTES = PART_BYTES + 2 * Integer.BYTES + 2 * 32;

  /** Bytes of a row's sum: a position and a number. */
  private static final int SUM_BYTES = Long.BYTES + Double.BYTES;

  private static final double GB = 1e9;

  /** Where the images or gates of columns come from. */
  public enum Source {
    /** Encoded images, each decoded again for every block of rows. */
    IMAGES,
    /** What {@code ingest} has decoded, read again for every block of rows. */
    PIXELS,
    /** Gates that the first pass over ingested images has stored packed. */
    STORE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What times depend on. */
  public enum Rate {
    /** Encoded images that the threads beside a device decode. */
    DECODE("images/s", 1),
    /** What a device's task reads from storage. */
    READ("MB/s", 1e6),
    /** What a device's task writes to storage. */
    WRITE("MB/s", 1e6),
    /** Images that the network takes on a device, and gives gates of. */
    PASSES("images/s", 1),
    /** Gates that a whole tile multiplies and adds on a device. */
    PRODUCTS("10⁹ gates/s", 1e9),
    /** Pairs of images that a device's task reduces to what is kept. */
    REDUCE("10⁶ pairs/s", 1e6),
    /** Rows of neighbours that the driver merges. */
    MERGE("10⁶ rows/s", 1e6);

    private final String unit;
    private final double size;

    Rate(String unit, double size) {
      this.unit = unit;
      this.size = size;
    }

    /** The unit of its numbers. */
    public String unit() {
      return unit;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What one image takes.
   *
   * @param gates number of its gates
   * @param blockBytes bytes of its gates on a device
   * @param encodedBytes bytes of its file
   * @param pixelBytes bytes of its pixels as the network gets them
   * @param storedBytes bytes of its record in a store of gates
   * @param memberBytes bytes of its row of {@code members}: logits and features
   */
  public record Image(
      long gates,
      long blockBytes,
      long encodedBytes,
      long pixelBytes,
      long storedBytes,
      long memberBytes) {
    /**
     * Of a network.
     *
     * @param info layers and input of its program
     * @param gram the gates, and how they are kept
     * @param features length of the penultimate feature
     * @param encodedBytes bytes of an image's file, on average
     */
    public static Image of(ProgramInfo info, GramOptions gram, int features, long encodedBytes) {
      long gates = GramKernel.gates(info);
      long pixels = 3L * info.imageSize() * info.imageSize();
      return new Image(
          gates,
          gates * gram.bytesPerGate(),
          encodedBytes,
          pixels,
          GateStoreChoice.recordBytes(info, gram, features),
          (long) Float.BYTES * (info.classes() + features));
    }
  }

  /**
   * A part of the work, all of it.
   *
   * @param name what is done, in which unit it is shown
   * @param amount in units of 1: images, bytes, gates, pairs or rows
   * @param shown how many of them the unit has that it is shown in
   * @param rate what its time depends on
   * @param workers how many do it at once
   */
  public record Part(String name, double amount, double shown, Rate rate, int workers) {
    /** The amount in the unit that its name has. */
    public double quantity() {
      return amount / shown;
    }

    /**
     * Its time.
     *
     * @param value the rate of one of the workers, in the rate's unit
     */
    public double seconds(double value) {
      return amount / (value * rate.size * workers);
    }
  }

  private GramPlan plan() {
    return new GramPlan(images, images, block, true, keep.tiles());
  }

  /** The number of blocks of rows, each of which is held once by a device. */
  public long rowBlocks() {
    return plan().rowBlocks();
  }

  /** The number of tiles. */
  public long tiles() {
    return plan().tiles();
  }

  /** Bytes of the gates of a block of rows, on its device. */
  public long blockBytes() {
    return Math.min(block, images) * image.blockBytes();
  }

  /** The parts, in the order in which they are done first. */
  public List<Part> parts() {
    double passed = plan().passed();
    double pairs = plan().pairs();
    double passes = images + passed;
    List<Part> parts = new ArrayList<>();
    switch (source) {
      case IMAGES -> {
        parts.add(read("encoded images read", passes * image.encodedBytes()));
        parts.add(part("images decoded", passes, 1, Rate.DECODE));
        parts.add(part("passes of the network", passes, 1, Rate.PASSES));
      }
      case PIXELS -> {
        parts.add(read("pixels read", passes * image.pixelBytes()));
        parts.add(part("passes of the network", passes, 1, Rate.PASSES));
      }
      case STORE -> {
        double first = images;
        parts.add(read("pixels read", first * image.pixelBytes()));
        parts.add(part("passes of the network", first, 1, Rate.PASSES));
        parts.add(written("gates stored", first * image.storedBytes()));
        parts.add(read("gates read", passed * image.storedBytes()));
      }
    }
    parts.add(part("gates multiplied and added, 10¹⁵", pairs * image.gates(), 1e15, Rate.PRODUCTS));
    if (!keep.tiles()) {
      parts.add(part("pairs reduced, 10⁹", pairs, 1e9, Rate.REDUCE));
    }
    parts.add(written("results written", resultBytes(pairs)));
    if (neighbourParts() > 0) {
      parts.add(new Part("rows merged by the driver, 10⁶", neighbourParts(), 1e6, Rate.MERGE, 1));
    }
    return parts;
  }

  private Part part(String name, double amount, double shown, Rate rate) {
    return new Part(name, amount, shown, rate, devices);
  }

  private Part read(String name, double bytes) {
    return part(name + ", GB", bytes, GB, Rate.READ);
  }

  private Part written(String name, double bytes) {
    return part(name + ", GB", bytes, GB, Rate.WRITE);
  }

  /** The number of units of each block of rows. */
  private double units() {
    long together = GramTiles.unitBlocks(keep, block, 0);
    return Math.ceil((double) rowBlocks() / together);
  }

  /** The number of rows of neighbours that units write, before they are merged. */
  private double neighbourParts() {
    return units() * images * KERNELS * keep.neighbours();
  }

  /** Bytes of all tables before they are encoded and compressed, those of units among them. */
  private double resultBytes(double pairs) {
    double members = (double) images * image.memberBytes();
    if (keep.tiles()) {
      return members + pairs * TILE_BYTES;
    }
    double sums = (units() + 1) * images * KERNELS * SUM_BYTES;
    double kept = (double) images * KERNELS * keep.neighbours() * NEIGHBOUR_BYTES;
    return members + sums + kept + neighbourParts() * PART_BYTES;
  }
}
