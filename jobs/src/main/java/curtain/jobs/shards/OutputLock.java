package curtain.jobs.shards;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * Keeps two runs out of one output, by a file in it, {@code _lock}. On the local file system it is
 * locked: the operating system gives the lock back when a process ends, however it does; a file
 * that a killed run left keeps nobody out. On other file systems, and on disks that know no locks,
 * it is a {@link Lease}.
 */
public final class OutputLock implements Closeable {
  /**
   * The files that this process has locked. It must not open one of them again: where any of its
   * descriptors of a file is closed, POSIX takes back the lock of all.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Asks the operating system for the lock of a whole file. */
  @FunctionalInterface
  interface Locking {
    /**
     * The lock, or null where another process has it.
     *
     * @throws IOException where the disk knows no locks
     */
    FileLock tryLock(FileChannel channel) throws IOException;
  }

  /** The operating system's refusal: Lustre without flock, NFS without lockd, some of FUSE. */
  private static final class NoLocks extends IOException {
    private static final long serialVersionUID = 1;

    NoLocks(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Looks at an output. */
  @FunctionalInterface
  interface Look<T> {
    /** What is there. */
    T at() throws IOException;
  }

  private final Path file;
  private final FileChannel channel;
  private final Lease lease;

  /** A locked file, or a lease; the others are null. */
  private OutputLock(Path file, FileChannel channel, Lease lease) {
    this.file = file;
    this.channel = channel;
    this.lease = lease;
  }

  /** The file to lock, or null where there is none: not on a local disk. */
  static Path file(Layout layout) {
    var uri = layout.root().toUri();
    return "file".equals(uri.getScheme()) ? Path.of(uri.getPath(), Layout.LOCK) : null;
  }

  /** Whether this process has locked a file. */
  static boolean isHeldHere(Path file) throws IOException {
    return HELD.contains(file.getParent().toRealPath().resolve(file.getFileName()));
  }

  /**
   * Takes the lock of an output that no other run has changed since this one looked.
   *
   * @param look looks again
   * @param seen what was there, or null
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run has the lock, or has changed the output
   * @throws IOException when storage fails
   */
  static <T> OutputLock unchanged(
      Layout layout, FileSystem fs, Look<T> look, T seen, Consumer<String> warnings)
      throws IOException, RunException {
    OutputLock lock = take(layout, fs, FileChannel::tryLock, warnings);
    boolean same = false;
    try {
      same = Objects.equals(look.at(), seen);
      if (!same) {
        throw changed(layout);
      }
    } finally {
      if (!same) {
        lock.close();
      }
    }
    return lock;
  }

  /**
   * Takes the lock, and makes the directory where it is missing.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run has it
   * @throws IOException when storage fails
   */
  static OutputLock take(Layout layout, FileSystem fs, Locking locking, Consumer<String> warnings)
      throws IOException, RunException {
    Path named = file(layout);
    if (named == null) {
      return leased(layout, fs, warnings);
    }
    try {
      Files.createDirectories(named.getParent());
      Path file = named.getParent().toRealPath().resolve(Layout.LOCK);
      if (!HELD.add(file)) {
        throw taken(layout);
      }
      FileChannel channel = null;
      try {
        channel = locked(file, layout, locking);
      } finally {
        if (channel == null) {
          HELD.remove(file);
        }
      }
      return channel == null ? leased(layout, fs, warnings) : new OutputLock(file, channel, null);
    } catch (FileSystemException e) {
      throw new IOException(unwritable(layout, e), e);
    }
  }

  private static OutputLock leased(Layout layout, FileSystem fs, Consumer<String> notes)
      throws IOException, RunException {
    // checksums would be a second file, that is not written together with the first
    FileSystem plain = fs instanceof LocalFileSystem local ? local.getRaw() : fs;
    LeaseOwner owner = LeaseOwner.here(System.getenv("CONTAINER_ID"));
    return new OutputLock(
        null, null, Lease.take(plain, layout.lock(), owner, Lease.Pace.STANDARD, notes));
  }

  /** The locked file, or null where the disk knows no locks; then there is none from here. */
  private static FileChannel locked(Path file, Layout layout, Locking locking)
      throws IOException, RunException {
    boolean made = false;
    while (true) {
      Object before = key(file);
      if (before == null) {
        made = create(file);
        continue;
      }
      FileChannel channel;
      try {
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
      } catch (NoSuchFileException e) {
        continue; // the other run has just ended
      }
      boolean kept = false;
      try {
        if (!gotLock(channel, locking)) {
          throw taken(layout);
        }
        // another run may have ended in between, and deleted the file that is locked here; a third
        // one may have made another
        kept = before.equals(key(file));
      } catch (NoLocks e) {
        if (made) { // otherwise it is another run's lease
          Files.deleteIfExists(file);
        }
        return null;
      } finally {
        if (!kept) {
          channel.close();
        }
      }
      if (kept) {
        return channel;
      }
    }
  }

  /** What tells a file from a later one of its name; null where there is none. */
  private static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static boolean create(Path file) throws IOException {
    try {
      Files.createFile(file);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false; // another run has made it
    }
  }

  /**
   * Looks whether a lock says that another run is at work in an output, and changes nothing. What a
   * lease says is seen when it is taken.
   *
   * @throws RunException where one is
   */
  static void refuseTaken(Layout layout) throws IOException, RunException {
    Path named = file(layout);
    if (named == null || !Files.isWritable(named)) {
      return;
    }
    try {
      Path file = named.getParent().toRealPath().resolve(Layout.LOCK);
      if (HELD.contains(file)) {
        throw taken(layout);
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        if (!gotLock(channel, FileChannel::tryLock)) {
          throw taken(layout);
        }
      }
    } catch (NoLocks | FileSystemException e) {
      // the other run has just ended, or there are none: taking the lock says it
    }
  }

  private static boolean gotLock(FileChannel channel, Locking locking) throws IOException {
    try {
      FileLock lock = locking.tryLock(channel);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // a run in this process has it
    } catch (ClosedChannelException e) {
      throw e; // this thread was interrupted
    } catch (IOException e) {
      throw new NoLocks(e);
    }
  }

  private static RunException taken(Layout layout) {
    return new RunException(
        String.format(
            Locale.ROOT,
            "--output %s: another run is writing there now; wait for its end, or choose another"
                + " directory",
            Layout.display(layout.root())));
  }

  /** The error of a run whose output another run has changed between its look and its lock. */
  static RunException changed(Layout layout) {
    return new RunException(
        String.format(
            Locale.ROOT,
            "--output %s was written by another run meanwhile; give this command again, or choose"
                + " another directory",
            Layout.display(layout.root())));
  }

  /** Java's message for a file that may not be opened is its path alone. */
  static String unwritable(Layout layout, FileSystemException e) {
    String place = "--output " + Layout.display(layout.root());
    boolean left =
        e instanceof AccessDeniedException
            && Objects.toString(e.getFile(), "").endsWith("/" + Layout.LOCK);
    if (left && Files.exists(Path.of(e.getFile()))) {
      return String.format(
          Locale.ROOT,
          "%s: its %s may not be opened, a run of another user has made it; delete it if that run"
              + " has ended, or choose another directory",
          place,
          Layout.LOCK);
    }
    String reason = e instanceof AccessDeniedException ? "permission is denied" : e.getReason();
    return String.format(
        Locale.ROOT,
        "%s cannot be written to: %s; choose another directory",
        place,
        reason == null ? e.toString() : reason);
  }

  /**
   * Checks that this run still has the lock: a lease may have been taken over.
   *
   * @throws RunException where it has not
   * @throws IOException when storage fails
   */
  void refuseLost() throws IOException, RunException {
    if (lease != null) {
      lease.refuseLost();
    }
  }

  /** Gives the lock back, and deletes its file. */
  @Override
  public void close() throws IOException {
    if (lease != null) {
      lease.close();
    }
    if (channel != null && channel.isOpen()) {
      try (channel) {
        Files.deleteIfExists(file);
      } finally {
        HELD.remove(file);
      }
    }
  }
}
