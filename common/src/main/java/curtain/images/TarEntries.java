package curtain.images;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/** The images of a plain tar, read as ranges of the file. */
final class TarEntries implements Container {
  private final FSDataInputStream in;

  TarEntries(String file, Configuration conf) throws IOException {
    in = Storage.open(Storage.pathOfUri(file), conf);
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    byte[] bytes = Storage.read(in, ref.position(), ref.length());
    return Transforms.apply(ref, ImageDecoder.decode(bytes, options.maxPixels()), options);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
