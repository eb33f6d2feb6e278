package curtain.images.source;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Paths and whole-file reads on any Hadoop file system. */
public final class SourceFiles {
  /** Largest file that fits a Java array. */
  public static final long MAX_BYTES = Integer.MAX_VALUE - 16L;

  private SourceFiles() {}

  /**
   * Path of what a user typed: a URI or a plain path, taken literally (no percent-decoding).
   *
   * @throws IOException where it is neither
   */
  public static Path path(String text) throws IOException {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("'" + text + "' is no path or URI: " + OneLine.of(e), e);
    }
  }

  /** Path of {@link ImageRef#file}, which {@link #uri} wrote. */
  public static Path pathOfUri(String uri) throws IOException {
    try {
      return new Path(new URI(uri));
    } catch (URISyntaxException e) {
      throw new IOException("'" + uri + "' is no URI: " + OneLine.of(e), e);
    }
  }

  /** Text of a path that {@link #pathOfUri} reads back, whatever characters its names have. */
  public static String uri(Path path) {
    return path.toUri().toASCIIString();
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException naming the path, where there is no such file
   * @throws IOException where storage fails
   */
  public static FSDataInputStream open(Path path, Configuration conf) throws IOException {
    try {
      FileSystem fs = path.getFileSystem(conf);
      return fs.open(path);
    } catch (FileNotFoundException e) {
      FileNotFoundException named = new FileNotFoundException(path + ": " + OneLine.of(e));
      named.initCause(e);
      throw named;
    }
  }

  /**
   * Reads exactly {@code length} bytes from {@code position} on.
   *
   * @throws BadImageException where the file ends before, or no array is large enough
   * @throws IOException where storage fails
   */
  public static byte[] read(FSDataInputStream in, long position, long length)
      throws IOException, BadImageException {
    if (length > MAX_BYTES) {
      throw new BadImageException(tooLarge(length));
    }
    byte[] bytes;
    try {
      bytes = new byte[(int) length];
    } catch (OutOfMemoryError e) {
      throw new BadImageException("no memory for its " + length + " compressed bytes", e);
    }
    try {
      in.seek(position);
      in.readFully(bytes);
    } catch (EOFException e) {
      throw new BadImageException("the file ends before byte " + (position + length), e);
    }
    return bytes;
  }

  /** The reason of an image of more than {@link #MAX_BYTES} bytes. */
  public static String tooLarge(long length) {
    return "compressed size of " + length + " bytes is above 2 GiB";
  }
}
