package curtain.stability;

import curtain.compile.ProgramInfo.Layer;
import curtain.statistics.Moments;
import java.util.Arrays;
import java.util.List;

/**
 * The sums over images that {@link StabilityKernel} adds to (spec 4), for T checkpoints, S of them
 * lending their gates, and L ReLU calls. Not safe for use by several threads.
 */
public final class StabilitySums {
  private final int checkpoints;
  private final List<Layer> layers;
  private final boolean neurons;
  private final long[][] active;
  private final long[][][] both;
  private final long[][][] uncertain;
  private final long[][][] counts;
  private final byte[][][] everOn;
  private final byte[][][] everOff;
  private final Paths[][] hard;
  private final Paths[][] smooth;
  private final Moments[][] cosines = new Moments[2][];
  private long images;

  /**
   * The correlations over paths of one pair of gates, one for each image.
   *
   * @param moments moments of the correlations that are defined
   * @param undefined number of images whose gates have no variance over paths
   */
  public record Paths(Moments moments, long undefined) {
    /** The correlations of no image. */
    public static final Paths NONE = new Paths(Moments.NONE, 0);

    Paths plus(double correlation) {
      return Double.isNaN(correlation)
          ? new Paths(moments, undefined + 1)
          : new Paths(moments.plus(correlation), undefined);
    }
  }

  /**
   * Sums over no image.
   *
   * @param checkpoints T
   * @param gatesFrom S
   * @param layers the ReLU calls
   * @param neurons whether activations are counted by neuron, else by channel
   */
  public StabilitySums(int checkpoints, int gatesFrom, List<Layer> layers, boolean neurons) {
    this.checkpoints = checkpoints;
    this.layers = List.copyOf(layers);
    this.neurons = neurons;
    int count = layers.size();
    active = new long[checkpoints][count];
    both = new long[checkpoints][checkpoints][count];
    uncertain = new long[checkpoints][checkpoints][count];
    counts = new long[checkpoints][count][];
    everOn = new byte[checkpoints][count][];
    everOff = new byte[checkpoints][count][];
    for (int t = 0; t < checkpoints; t++) {
      for (int l = 0; l < count; l++) {
        Layer layer = layers.get(l);
        counts[t][l] = new long[neurons ? layer.size() : layer.shape().get(0)];
        everOn[t][l] = new byte[(layer.size() + 7) / 8];
        everOff[t][l] = new byte[(layer.size() + 7) / 8];
      }
    }
    hard = paths(checkpoints, checkpoints);
    smooth = paths(gatesFrom, checkpoints);
    for (int direction = 0; direction < 2; direction++) {
      cosines[direction] = new Moments[checkpoints];
      Arrays.fill(cosines[direction], Moments.NONE);
    }
  }

  private static Paths[][] paths(int rows, int columns) {
    Paths[][] paths = new Paths[rows][columns];
    for (Paths[] row : paths) {
      Arrays.fill(row, Paths.NONE);
    }
    return paths;
  }

  /** The ReLU calls. */
  public List<Layer> layers() {
    return layers;
  }

  /** T, the number of checkpoints. */
  public int checkpoints() {
    return checkpoints;
  }

  /** The number of images added. */
  public long images() {
    return images;
  }

  /** The number of a layer's gates that are active in a checkpoint, summed over images. */
  public long active(int checkpoint, int layer) {
    return active[checkpoint][layer];
  }

  /** The number of a layer's gates that are active in both checkpoints, summed over images. */
  public long both(int a, int b, int layer) {
    return both[Math.min(a, b)][Math.max(a, b)][layer];
  }

  /** The number of a layer's gates with z at rounding level in a or b, summed over images. */
  public long uncertain(int a, int b, int layer) {
    return uncertain[Math.min(a, b)][Math.max(a, b)][layer];
  }

  /** How often each channel, over all positions, or each neuron of (C, H, W) was active; a copy. */
  public long[] counts(int checkpoint, int layer) {
    return counts[checkpoint][layer].clone();
  }

  /** Whether each neuron was active for some image: a bit each, lowest first, in C, H, W order. */
  public byte[] everOn(int checkpoint, int layer) {
    return everOn[checkpoint][layer].clone();
  }

  /**
   * Whether each neuron was inactive for some image: a bit each, lowest first, in C, H, W order.
   */
  public byte[] everOff(int checkpoint, int layer) {
    return everOff[checkpoint][layer].clone();
  }

  /** The correlations over paths of the hard gates of a with the hard gates of b. */
  public Paths hardPaths(int a, int b) {
    return hard[Math.min(a, b)][Math.max(a, b)];
  }

  /**
   * The correlations over paths of the smooth gates of the s-th lending checkpoint with the hard
   * gates of b.
   */
  public Paths smoothPaths(int s, int b) {
    return smooth[s][b];
  }

  /** The cosines of a checkpoint's pullbacks with the last checkpoint's. */
  public Moments pullbackCosines(int checkpoint) {
    return cosines[0][checkpoint];
  }

  /** The cosines of a checkpoint's vanilla gradients with the last checkpoint's. */
  public Moments gradientCosines(int checkpoint) {
    return cosines[1][checkpoint];
  }

  void addImages(int count) {
    images += count;
  }

  void addPair(int a, int b, int layer, long common, long rounding) {
    both[a][b][layer] += common;
    uncertain[a][b][layer] += rounding;
    if (a == b) {
      active[a][layer] += common;
    }
  }

  void addHardPaths(int a, int b, double correlation) {
    hard[a][b] = hard[a][b].plus(correlation);
  }

  void addSmoothPaths(int s, int b, double correlation) {
    smooth[s][b] = smooth[s][b].plus(correlation);
  }

  void addCosine(boolean gradient, int checkpoint, double cosine) {
    if (!Double.isNaN(cosine)) {
      Moments[] own = cosines[gradient ? 1 : 0];
      own[checkpoint] = own[checkpoint].plus(cosine);
    }
  }

  void addCounts(int checkpoint, int layer, long[] more) {
    long[] own = counts[checkpoint][layer];
    for (int i = 0; i < own.length; i++) {
      own[i] += more[i];
    }
  }

  /** Adds the bits of a batch, which begin at this position of the two arrays. */
  void addBits(int checkpoint, int layer, byte[] on, byte[] off, int from) {
    for (int i = 0; i < everOn[checkpoint][layer].length; i++) {
      everOn[checkpoint][layer][i] |= on[from + i];
      everOff[checkpoint][layer][i] |= off[from + i];
    }
  }

  /** Whether activations are counted by neuron, else by channel. */
  public boolean neurons() {
    return neurons;
  }
}
