package curtain.images.source;

import curtain.OneLine;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Paths and whole-file reads on any Hadoop file system. A file is named by a URI, all of whose
 * bytes but letters, digits and {@code -._~/} are percent-encoded; on local disks these are the
 * bytes of the name, whatever they are (see {@link LocalDisk}).
 */
public final class SourceFiles {
  /** Largest file that fits a Java array. */
  public static final long MAX_BYTES = Integer.MAX_VALUE - 16L;

  /** The beginning of a URI. Any other text with a colon is a path: {@code 2024-05-01T10:30/a}. */
  private static final Pattern SCHEME =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*", Pattern.DOTALL);

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private SourceFiles() {}

  /**
   * Path of what a user typed: a URI or a plain path, taken literally (no percent-decoding).
   *
   * @throws IOException where it is neither
   */
  public static Path path(String text) throws IOException {
    try {
      return text.indexOf(':') < 0 || SCHEME.matcher(text).matches()
          ? new Path(text)
          : new Path(null, null, text);
    } catch (IllegalArgumentException e) {
      throw new IOException("'" + text + "' is no path or URI: " + OneLine.of(e), e);
    }
  }

  /**
   * Full path of what a user typed, see {@link #path}, on its file system.
   *
   * @throws IOException where it is no path, or its file system is not known
   */
  public static Path qualified(String text, Configuration conf) throws IOException {
    Path path = path(text);
    return path.getFileSystem(conf).makeQualified(path);
  }

  /** Path of {@link ImageRef#file}, which {@link #uri} wrote. */
  public static Path pathOfUri(String uri) throws IOException {
    try {
      URI parts = new URI(uri);
      return new Path(parts.getScheme(), parts.getAuthority(), parts.getPath());
    } catch (URISyntaxException e) {
      throw new IOException("'" + uri + "' is no URI: " + OneLine.of(e), e);
    }
  }

  /** Text of a path that {@link #pathOfUri} reads back, whatever characters its names have. */
  public static String uri(Path path) {
    // not URI.toASCIIString, which joins letters and their combining marks into other names
    URI uri = path.toUri();
    return (uri.getScheme() == null ? "" : uri.getScheme() + ":")
        + (uri.getRawAuthority() == null ? "" : "//" + uri.getRawAuthority())
        + encoded(uri.getPath().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * URI of a file in a directory.
   *
   * @param directory a path or URI
   * @param id path of the file within it, as {@link FileNames} writes it
   * @throws IOException where the file system is not known
   */
  public static String uri(Path directory, String id, Configuration conf) throws IOException {
    FileSystem fs = directory.getFileSystem(conf);
    byte[] name =
        isLocal(fs) ? FileNames.bytes(id) : FileNames.text(id).getBytes(StandardCharsets.UTF_8);
    String parent = uri(fs.makeQualified(directory));
    return parent + (parent.endsWith("/") ? "" : "/") + encoded(name);
  }

  /** Whether a file system is this machine's, whose files {@link LocalDisk} reads. */
  public static boolean isLocal(FileSystem fs) {
    return fs instanceof LocalFileSystem;
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException naming the path, where there is no such file
   * @throws IOException where storage fails
   */
  public static FSDataInputStream open(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return open(uri(fs.makeQualified(path)), conf);
  }

  /**
   * Opens a file.
   *
   * @param uri {@link ImageRef#file}, or what {@link #uri} wrote of a path with a scheme
   * @throws FileNotFoundException naming the path, where there is no such file
   * @throws IOException where storage fails
   */
  public static FSDataInputStream open(String uri, Configuration conf) throws IOException {
    Path path = pathOfUri(uri);
    FileSystem fs = path.getFileSystem(conf);
    try {
      return isLocal(fs) && !LocalDisk.hasChecksums(uri) ? LocalDisk.open(uri) : fs.open(path);
    } catch (FileNotFoundException e) {
      FileNotFoundException named = new FileNotFoundException(path + ": " + OneLine.of(e));
      named.initCause(e);
      throw named;
    }
  }

  /**
   * Opens the file of one image as {@link #open(String, Configuration)} does, but never a FIFO or a
   * device, whose reading need not end.
   *
   * @throws FileNotFoundException where there is no such file
   * @throws BadImageException where something else is there, or there is no permission to read it
   * @throws IOException where storage fails
   */
  public static FSDataInputStream openRegular(String uri, Configuration conf)
      throws IOException, BadImageException {
    try {
      if (isLocal(pathOfUri(uri).getFileSystem(conf))) {
        Optional<String> kind = LocalDisk.other(uri);
        if (kind.isPresent()) {
          throw new BadImageException("it is " + kind.get());
        }
      }
      return open(uri, conf);
    } catch (IOException e) {
      if (isDenied(e)) {
        throw new BadImageException("no permission to read it", e);
      }
      throw e;
    }
  }

  /** Whether storage fails for want of permission: file systems have two exceptions for that. */
  public static boolean isDenied(IOException e) {
    return e instanceof AccessDeniedException || e instanceof AccessControlException;
  }

  /**
   * What an archive or Parquet file is, by its content.
   *
   * @param uri as {@link #open(String, Configuration)} takes it
   * @throws IOException where storage fails
   */
  public static Optional<ContainerKind> kind(String uri, Configuration conf) throws IOException {
    try (FSDataInputStream in = open(uri, conf)) {
      return ContainerKind.of(in.readNBytes(ContainerKind.HEAD));
    }
  }

  /**
   * Length of a file, in bytes.
   *
   * @throws FileNotFoundException where there is no such file
   * @throws IOException where storage fails, or it is no file
   */
  public static long length(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return length(uri(fs.makeQualified(path)), conf);
  }

  /** Length of the file that {@link #uri} names, see {@link #length(Path, Configuration)}. */
  public static long length(String uri, Configuration conf) throws IOException {
    Path path = pathOfUri(uri);
    FileSystem fs = path.getFileSystem(conf);
    return isLocal(fs) ? LocalDisk.length(uri) : fs.getFileStatus(path).getLen();
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

  private static String encoded(byte[] path) {
    StringBuilder text = new StringBuilder(path.length);
    for (byte b : path) {
      boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (plain || b == '-' || b == '.' || b == '_' || b == '~' || b == '/') {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
    return text.toString();
  }
}
