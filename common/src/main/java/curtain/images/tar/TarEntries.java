package curtain.images.tar;

import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/** The images of a plain tar, read as ranges of the file. */
public final class TarEntries implements Container {
  private final FSDataInputStream in;

  /**
   * Opens a tar.
   *
   * @param file its URI
   * @throws IOException where it cannot be opened
   */
  public TarEntries(String file, Configuration conf) throws IOException {
    in = SourceFiles.open(file, conf);
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    byte[] bytes = SourceFiles.read(in, ref.position(), ref.length());
    return ImageDecoder.decode(ref, bytes, options);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
