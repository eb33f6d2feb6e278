package curtain.scores;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A float64 matrix in a scratch file, read block by block. A symmetric one has only the blocks on
 * and above the diagonal: about 4 n^2 bytes on disk for n images; one block is in memory. Blocks
 * may be added in any order, with any sizes that make a grid. Closing the matrix removes the file.
 */
public final class BlockMatrix implements Closeable {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Takes blocks. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes one block, whose values the visitor may change.
     *
     * @throws IOException when the visitor cannot go on
     */
    void visit(MatrixBlock block) throws IOException;
  }

  private record Place(int rowStart, int colStart, int rows, int cols, long offset) {}

  private final int rows;
  private final int columns;
  private final boolean symmetric;
  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final List<Place> places = new ArrayList<>();
  private long size;

  private BlockMatrix(int rows, int columns, boolean symmetric) throws IOException {
    this.rows = rows;
    this.columns = columns;
    this.symmetric = symmetric;
    this.file = Files.createTempFile("curtain-kernel-", ".scratch");
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * A symmetric matrix, n x n, without blocks.
   *
   * @throws IOException when no file can be made in {@code java.io.tmpdir}
   */
  public static BlockMatrix symmetric(int n) throws IOException {
    return new BlockMatrix(n, n, true);
  }

  /**
   * A matrix of any shape, without blocks.
   *
   * @throws IOException when no file can be made in {@code java.io.tmpdir}
   */
  public static BlockMatrix rectangular(int rows, int columns) throws IOException {
    return new BlockMatrix(rows, columns, false);
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The number of columns. */
  public int columns() {
    return columns;
  }

  /** Whether blocks below the diagonal are left out. */
  public boolean isSymmetric() {
    return symmetric;
  }

  /** The number of blocks. */
  public int blocks() {
    return places.size();
  }

  /** Whether a block also stands for its mirror image below the diagonal. */
  public boolean isMirrored(MatrixBlock block) {
    return symmetric && block.rowStart() != block.colStart();
  }

  /**
   * Adds a block.
   *
   * @throws IOException naming the scratch file when it cannot be written
   */
  public void add(MatrixBlock block) throws IOException {
    places.add(new Place(block.rowStart(), block.colStart(), block.rows(), block.cols(), size));
    try {
      int from = 0;
      while (from < block.values().length) {
        int count = Math.min(CHUNK_BYTES / Double.BYTES, block.values().length - from);
        chunk.clear();
        chunk.asDoubleBuffer().put(block.values(), from, count);
        chunk.limit(count * Double.BYTES);
        while (chunk.hasRemaining()) {
          size += channel.write(chunk, size);
        }
        from += count;
      }
    } catch (IOException e) {
      throw new IOException(
          file
              + " cannot be written: "
              + e.getMessage()
              + "; -Djava.io.tmpdir names another directory for scratch files",
          e);
    }
  }

  /**
   * Checks that the blocks make a grid that covers the matrix, each part once.
   *
   * @throws IllegalStateException naming a block that is missing, twice there or out of place
   */
  public void checkWhole() {
    Map<Integer, Integer> rowSizes = new TreeMap<>();
    Map<Integer, Integer> colSizes = symmetric ? rowSizes : new TreeMap<>();
    Set<List<Integer>> seen = new HashSet<>();
    for (Place place : places) {
      grid(rowSizes, place.rowStart(), place.rows());
      grid(colSizes, place.colStart(), place.cols());
      if (!seen.add(List.of(place.rowStart(), place.colStart()))) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "the block at (%d, %d) is there twice",
                place.rowStart(),
                place.colStart()));
      }
    }
    covers(rowSizes, rows);
    covers(colSizes, columns);
    for (int row : rowSizes.keySet()) {
      for (int col : colSizes.keySet()) {
        boolean wanted = !symmetric || row <= col;
        if (wanted != seen.contains(List.of(row, col))) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "the block at (%d, %d) is %s",
                  row,
                  col,
                  wanted ? "missing" : "below the diagonal"));
        }
      }
    }
  }

  private static void grid(Map<Integer, Integer> sizes, int start, int size) {
    Integer known = sizes.putIfAbsent(start, size);
    if (known != null && known != size) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "blocks that begin at %d have %d and %d positions", start, known, size));
    }
  }

  private static void covers(Map<Integer, Integer> sizes, int length) {
    int next = 0;
    for (Map.Entry<Integer, Integer> part : sizes.entrySet()) {
      if (part.getKey() != next) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT, "blocks begin at %d where %d was to come", part.getKey(), next));
      }
      next += part.getValue();
    }
    if (next != length) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "blocks end at %d of %d positions", next, length));
    }
  }

  /**
   * Reads a block back, as a copy.
   *
   * @param index from 0, in the order of {@link #add}
   * @throws IOException when the scratch file cannot be read
   */
  public MatrixBlock block(int index) throws IOException {
    Place place = places.get(index);
    double[] values = new double[place.rows() * place.cols()];
    long at = place.offset();
    int to = 0;
    while (to < values.length) {
      int count = Math.min(CHUNK_BYTES / Double.BYTES, values.length - to);
      chunk.clear().limit(count * Double.BYTES);
      while (chunk.hasRemaining()) {
        int read = channel.read(chunk, at);
        if (read < 0) {
          throw new EOFException(file + " has been cut short");
        }
        at += read;
      }
      chunk.flip().asDoubleBuffer().get(values, to, count);
      to += count;
    }
    return new MatrixBlock(place.rowStart(), place.colStart(), place.rows(), place.cols(), values);
  }

  /**
   * Visits all blocks, in the order of {@link #add}.
   *
   * @throws IOException when the scratch file cannot be read, or the visitor throws it
   */
  public void forEach(Visitor visitor) throws IOException {
    for (int index = 0; index < places.size(); index++) {
      visitor.visit(block(index));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
