package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import java.io.Serializable;
import java.util.List;

/**
 * The work of a task: tiles of one block of rows, whose gates it holds on its device.
 *
 * @param rows the block of rows
 * @param units runs of blocks of columns, each of which is written as a whole
 */
record GramGroup(ImageBlock rows, List<Unit> units) implements Serializable {
  /**
   * Images that are next to each other in the matrix.
   *
   * @param index index of the block, from 0
   * @param start position of its first image
   * @param images the images, with ordinals of the run
   * @param vectors for columns the vectors of {@code --vectors}, null for an image without one;
   *     null where nothing is multiplied
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
  record ImageBlock(int index, long start, List<ImageRef> images, double[][] vectors)
      implements Serializable {
    ImageBlock {
      images = List.copyOf(images);
    }
  }

  /** Blocks of columns, and the name under which their results are written. */
  record Unit(String name, List<ImageBlock> columns) implements Serializable {
    Unit {
      columns = List.copyOf(columns);
    }
  }

  GramGroup {
    units = List.copyOf(units);
  }
}
