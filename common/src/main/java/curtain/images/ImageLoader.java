package curtain.images;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/** Yields one outcome for each listed image. */
final class ImageLoader implements CloseableIterator<Outcome> {
  private final List<ImageRef> refs;
  private final ImageOptions options;
  private final Configuration conf;
  private int next;

  ImageLoader(List<ImageRef> refs, ImageOptions options, Configuration conf) {
    this.refs = refs;
    this.options = options;
    this.conf = conf;
  }

  @Override
  public boolean hasNext() {
    return next < refs.size();
  }

  @Override
  public Outcome next() {
    ImageRef ref = refs.get(next++);
    if (ref.error() != null) {
      return new ImageError(ref, ref.error());
    }
    try {
      byte[] bytes;
      try (FSDataInputStream in = Storage.open(Storage.pathOfUri(ref.file()), conf)) {
        bytes = Storage.read(in, ref.position(), ref.length());
      } catch (FileNotFoundException e) {
        throw new BadImageException("vanished since it was listed", e);
      }
      return Transforms.apply(ref, ImageDecoder.decode(bytes, options.maxPixels()), options);
    } catch (BadImageException e) {
      return new ImageError(ref, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
