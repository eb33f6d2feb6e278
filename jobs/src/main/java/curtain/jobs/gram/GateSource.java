package curtain.jobs.gram;

import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.task.ReadAhead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The gates of images that the first stage has decoded, in micro-batches: read from the store if it
 * holds all of them, else computed by another forward pass.
 */
final class GateSource implements Iterator<GateBlock>, AutoCloseable {
  private final GramKernel kernel;
  private final List<ImageRef> images;
  private final GateStore.Reader stored;
  private final CloseableIterator<Outcome> outcomes;
  private int at;

  /**
   * Opens the source.
   *
   * @param images images of the run, each of which was decoded before
   * @param reader reader of the store, or null; the caller closes it
   */
  GateSource(
      GramNetwork network,
      GramKernel kernel,
      List<ImageRef> images,
      GateStore.Reader reader,
      Configuration conf) {
    this.kernel = kernel;
    this.images = images;
    boolean held = reader != null && images.stream().allMatch(ref -> reader.holds(ref.ordinal()));
    this.stored = held ? reader : null;
    this.outcomes =
        held
            ? null
            : ReadAhead.of(ImageSet.load(images, network.options(), conf), kernel.batchSize());
  }

  @Override
  public boolean hasNext() {
    return at < images.size();
  }

  @Override
  public GateBlock next() {
    return next(images.size());
  }

  private GateBlock next(int end) {
    int together = stored == null ? kernel.batchSize() : kernel.packedTogether();
    int to = Math.min(end, at + together);
    List<ImageRef> batch = images.subList(at, to);
    at = to;
    try {
      return stored == null ? observe(batch) : read(batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GateBlock observe(List<ImageRef> batch) throws IOException {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      pixels.add(GramPaths.decoded(outcomes.next()).pixels());
    }
    return kernel.observe(pixels);
  }

  private GateBlock read(List<ImageRef> batch) throws IOException {
    int side = kernel.info().imageSize();
    int gates = kernel.packedBytes();
    List<byte[]> pixels = new ArrayList<>();
    float[][] features = new float[batch.size()][];
    ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(batch.size(), gates));
    for (int i = 0; i < batch.size(); i++) {
      ByteBuffer record = stored.read(batch.get(i).ordinal());
      byte[] image = new byte[3 * side * side];
      record.get(image);
      pixels.add(image);
      features[i] = new float[(record.remaining() - gates) / Float.BYTES];
      record.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(features[i]);
      record.position(record.limit() - gates);
      packed.put(record);
    }
    return kernel.unpack(packed.flip(), pixels, features);
  }

  /**
   * The gates in larger blocks.
   *
   * @param size largest number of images in a block, a multiple of the batch size
   */
  Iterator<GateBlock> chunks(int size) {
    GateSource all = this;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public GateBlock next() {
        int end = Math.min(images.size(), at + size);
        return kernel.join(upTo(end), end - at);
      }
    };
  }

  private Iterator<GateBlock> upTo(int end) {
    GateSource all = this;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return at < end;
      }

      @Override
      public GateBlock next() {
        return all.next(end);
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (outcomes != null) {
      outcomes.close();
    }
  }
}
