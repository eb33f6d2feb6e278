package curtain.jobs.shards;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Keeps two runs out of one output, by a locked file in it, {@code _lock}. The operating system
 * gives the lock back when a process ends, however it does; a file that a killed run left keeps
 * nobody out. On file systems other than the local one there is no lock.
 */
public final class OutputLock implements Closeable {
  static final String NAME = "_lock";

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
   * Takes the lock, and makes the directory where it is missing.
   *
   * @throws RunException where another run has it
   * @throws IOException when storage fails
   */
  static OutputLock take(Layout layout) throws IOException, RunException {
    Path file = file(layout);
    if (file == null) {
      return new OutputLock(null, null);
    }
    Files.createDirectories(file.getParent());
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw taken(layout);
      }
      OutputLock lock = new OutputLock(file, channel);
      // another run may have ended in between, and deleted the file that is locked here
      if (Files.exists(file)) {
        return lock;
      }
      channel.close();
    }
  }

  /**
   * Looks whether another run is at work in an output, and changes nothing.
   *
   * @throws RunException where one is
   */
  static void refuseTaken(Layout layout) throws IOException, RunException {
    Path file = file(layout);
    if (file == null || !Files.isWritable(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (!locked(channel)) {
        throw taken(layout);
      }
    } catch (NoSuchFileException e) {
      return; // the other run has just ended
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // a run in this process has it
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

  /** Gives the lock back, and deletes its file. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      Files.deleteIfExists(file);
      channel.close();
    }
  }
}
