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

/**
 * Keeps two runs out of one output, by a locked file in it, {@code _lock}. The operating system
 * gives the lock back when a process ends, however it does; a file that a killed run left keeps
 * nobody out. On file systems other than the local one, and on disks that know no locks, there is
 * none.
 */
public final class OutputLock implements Closeable {
  static final String NAME = "_lock";

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

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock's file, or null where there is none: not on a local disk. */
  private static Path file(Layout layout) {
    var uri = layout.root().toUri();
    return "file".equals(uri.getScheme()) ? Path.of(uri.getPath(), NAME) : null;
  }

  /**
   * Takes the lock of an output that no other run has changed since this one looked.
   *
   * @param look looks again
   * @param seen what was there, or null
   * @param warnings gets a line where the disk knows no locks; the run goes on without one
   * @throws RunException where another run has the lock, or has changed the output
   * @throws IOException when storage fails
   */
  static <T> OutputLock unchanged(Layout layout, Look<T> look, T seen, Consumer<String> warnings)
      throws IOException, RunException {
    OutputLock lock = take(layout, warnings);
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
   * @param warnings gets a line where the disk knows no locks; the run goes on without one
   * @throws RunException where another run has it
   * @throws IOException when storage fails
   */
  static OutputLock take(Layout layout, Consumer<String> warnings)
      throws IOException, RunException {
    return take(layout, FileChannel::tryLock, warnings);
  }

  /** Takes the lock as the operating system gives it, see {@link #take(Layout, Consumer)}. */
  static OutputLock take(Layout layout, Locking locking, Consumer<String> warnings)
      throws IOException, RunException {
    Path named = file(layout);
    if (named == null) {
      return new OutputLock(null, null);
    }
    try {
      Files.createDirectories(named.getParent());
      Path file = named.getParent().toRealPath().resolve(NAME);
      if (!HELD.add(file)) {
        throw taken(layout);
      }
      FileChannel channel = null;
      try {
        channel = locked(file, layout, locking, warnings);
      } finally {
        if (channel == null) {
          HELD.remove(file);
        }
      }
      return channel == null ? new OutputLock(null, null) : new OutputLock(file, channel);
    } catch (FileSystemException e) {
      throw new IOException(unwritable(layout, e), e);
    }
  }

  /** The locked file, or null where the disk knows no locks. */
  private static FileChannel locked(
      Path file, Layout layout, Locking locking, Consumer<String> warnings)
      throws IOException, RunException {
    while (true) {
      Object before = key(file);
      if (before == null) {
        create(file);
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
        Files.deleteIfExists(file);
        warnings.accept(
            String.format(
                Locale.ROOT,
                "%s is on a disk without locks (%s); see to it that no other run writes there",
                Layout.display(layout.root()),
                e.getMessage()));
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

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // another run has made it
    }
  }

  /**
   * Looks whether another run is at work in an output, and changes nothing.
   *
   * @throws RunException where one is
   */
  static void refuseTaken(Layout layout) throws IOException, RunException {
    Path named = file(layout);
    if (named == null || !Files.isWritable(named)) {
      return;
    }
    try {
      Path file = named.getParent().toRealPath().resolve(NAME);
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
  private static RunException changed(Layout layout) {
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
            && Objects.toString(e.getFile(), "").endsWith("/" + NAME);
    if (left && Files.exists(Path.of(e.getFile()))) {
      return String.format(
          Locale.ROOT,
          "%s: its %s may not be opened, a run of another user has made it; delete it if that run"
              + " has ended, or choose another directory",
          place,
          NAME);
    }
    String reason = e instanceof AccessDeniedException ? "permission is denied" : e.getReason();
    return String.format(
        Locale.ROOT,
        "%s cannot be written to: %s; choose another directory",
        place,
        reason == null ? e.toString() : reason);
  }

  /** Gives the lock back, and deletes its file. */
  @Override
  public void close() throws IOException {
    if (channel != null && channel.isOpen()) {
      try (channel) {
        Files.deleteIfExists(file);
      } finally {
        HELD.remove(file);
      }
    }
  }
}
