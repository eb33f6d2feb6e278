package curtain.images.source;

import curtain.OneLine;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.hadoop.fs.BufferedFSInputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.security.AccessControlException;

/**
 * Files of local disks, under any name that the disk has, in any locale. Hadoop's local file system
 * goes through {@link java.io.File}, which has no names outside the locale's charset, and its
 * checksums have none with a colon. A {@link Path} of Java's default provider for Unix holds the
 * bytes of a name, and is made of a URI of these bytes without a charset.
 */
public final class LocalDisk {
  private static final int BUFFER = 8192;
  private static final int TYPE = 0170000; // of st_mode, as stat(2) has it

  private LocalDisk() {}

  /**
   * The path that a URI names, byte by byte.
   *
   * @param uri {@code file:} and an absolute path, percent-encoded
   */
  public static Path path(String uri) {
    // with one slash instead of three Java takes the way through java.io.File, and its charset
    return Path.of(URI.create("file://" + URI.create(uri).getRawPath()));
  }

  /**
   * The URI of a path, byte by byte; without a slash at its end.
   *
   * @see #path
   */
  public static String uri(Path path) {
    String uri = path.toUri().getRawPath();
    return "file:"
        + (uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
  }

  /**
   * What is there in place of a regular file or a directory, in words; such is never opened, since
   * reading a FIFO waits for a writer.
   */
  public static String kind(Path path) throws IOException {
    int mode;
    try {
      mode = (Integer) Files.getAttribute(path, "unix:mode");
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return "no regular file";
    }
    return switch (mode & TYPE) {
      case 0010000 -> "a FIFO (named pipe), no file";
      case 0140000 -> "a socket, no file";
      case 0020000, 0060000 -> "a device, no file";
      default -> "no regular file";
    };
  }

  /** The reason, in a few words, why a file could not be looked at or opened. */
  public static String reason(FileSystemException e) {
    String reason = e.getReason();
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in its place";
    }
    return e instanceof NoSuchFileException
        ? "not there"
        : reason == null ? e.getClass().getSimpleName() : OneLine.of(reason);
  }

  /**
   * Whether Hadoop has left checksums beside a file. Only then its file system reads the file, and
   * only under a name that it can have.
   */
  static boolean hasChecksums(String uri) {
    int name = uri.lastIndexOf('/') + 1;
    return uri.indexOf('%') < 0
        && Files.isRegularFile(path(uri.substring(0, name) + "." + uri.substring(name) + ".crc"));
  }

  /** What is there, in words, where that is neither a regular file nor a directory. */
  static Optional<String> other(String uri) throws IOException {
    Path path = path(uri);
    try {
      boolean other = Files.readAttributes(path, BasicFileAttributes.class).isOther();
      return other ? Optional.of(kind(path)) : Optional.empty();
    } catch (FileSystemException e) {
      throw translated(path, e);
    }
  }

  /** Length of a file, in bytes; a FIFO has none. */
  static long length(String uri) throws IOException {
    Path path = path(uri);
    try {
      BasicFileAttributes attributes = attributes(path);
      if (attributes.isOther()) {
        throw new FileNotFoundException("is " + kind(path));
      }
      return attributes.size();
    } catch (FileSystemException e) {
      throw translated(path, e);
    }
  }

  /** Opens a file for reading; of a FIFO, which a user may have named, in its order only. */
  static FSDataInputStream open(String uri) throws IOException {
    Path path = path(uri);
    try {
      attributes(path);
      return new FSDataInputStream(
          new BufferedFSInputStream(new ChannelStream(Files.newByteChannel(path)), BUFFER));
    } catch (FileSystemException e) {
      throw translated(path, e);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new FileNotFoundException("is a directory");
    }
    return attributes;
  }

  /** What Hadoop's file systems throw in this place. */
  private static IOException translated(Path path, FileSystemException e) {
    IOException translated =
        e instanceof NoSuchFileException
            ? new FileNotFoundException("there is no such file")
            : e instanceof AccessDeniedException
                ? new AccessControlException(path + ": no permission to read it")
                : new IOException(path + ": " + reason(e));
    translated.initCause(e);
    return translated;
  }

  /** A channel as Hadoop's streams are; the position is counted, for a FIFO has none. */
  private static final class ChannelStream extends FSInputStream {
    private final SeekableByteChannel channel;
    private long position;

    private ChannelStream(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int n = read(one, 0, 1);
      return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        int n = channel.read(ByteBuffer.wrap(bytes, offset, length));
        position += Math.max(0, n);
        return n;
      } catch (ClosedByInterruptException e) {
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      }
    }

    @Override
    public void seek(long to) throws IOException {
      if (to != position) {
        channel.position(to);
        position = to;
      }
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long to) {
      return false;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
