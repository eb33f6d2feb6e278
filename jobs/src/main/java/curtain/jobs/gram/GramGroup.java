package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import java.io.Serializable;
import java.util.List;

/**
 * Tiles of one block of rows, which a task holds on its device.
 *
 * @param rows the block
 * @param units runs of blocks of columns, each written as a whole
 */
record GramGroup(ImageBlock rows, List<Unit> units) implements Serializable {
  /**
   * Images that lie together in the matrix.
   *
   * @param index number of the block
   * @param start position of its first image
   * @param images by ordinal over both sets
   * @param vectors of columns' images what products are with, null for an image without one; null
   *     where there are no products
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
  record ImageBlock(int index, long start, List<ImageRef> images, double[][] vectors)
      implements Serializable {
    ImageBlock {
      images = List.copyOf(images);
    }
  }

  /** Blocks of columns, and the name of what comes of them. */
  record Unit(String name, List<ImageBlock> columns) implements Serializable {
    Unit {
      columns = List.copyOf(columns);
    }
  }

  GramGroup {
    units = List.copyOf(units);
  }
}
