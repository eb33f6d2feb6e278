package curtain.jobs.shards;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * Whether a run is at work in an output, as its {@code _lock} says to somebody who takes nothing
 * and changes nothing.
 *
 * @param state {@link RunState#RUNNING}, {@code DEAD} or {@code UNKNOWN}
 * @param why what that is concluded from, as the end of a sentence
 * @param heartbeat age of the last heartbeat in seconds, by this machine's clock and the storage's;
 *     null where there are none, on disks that know locks
 */
record Holder(RunState state, String why, Long heartbeat) {
  private static final int MILLIS = 1000;

  /** Beats that are missing before a lease counts as silent. */
  private static final int SILENT_BEATS = 3;

  /** Looks at a lease between two of its beats. */
  private static final int LOOKS_PER_BEAT = 10;

  /**
   * Looks.
   *
   * @param pace of leases; one of another machine that is not fresh is watched for some beats
   * @throws IOException when storage fails, or this thread is interrupted meanwhile
   */
  static Holder look(Layout layout, FileSystem fs, Lease.Pace pace) throws IOException {
    Path local = OutputLock.file(layout);
    if (local == null) {
      return ofLease(layout, fs, pace);
    }
    try {
      // a lease on a disk that knows no locks is a file with its owner's name
      return Files.size(local) > 0 ? ofLease(layout, fs, pace) : ofLock(local);
    } catch (NoSuchFileException e) {
      return dead("no process has its lock", null);
    }
  }

  private static Holder ofLock(Path file) throws IOException {
    if (OutputLock.isHeldHere(file)) {
      return running("a process has its lock", null);
    }
    // shared, so that two that look do not see each other
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null
          ? running("a process has its lock", null)
          : dead("no process has its lock", null);
    } catch (OverlappingFileLockException e) {
      return running("a process has its lock", null);
    } catch (NoSuchFileException e) {
      return dead("no process has its lock", null);
    } catch (AccessDeniedException e) {
      return unknown("its " + Layout.LOCK + " may not be read by this user", null);
    } catch (IOException e) {
      return unknown("its disk knows no locks", null);
    }
  }

  private static Holder ofLease(Layout layout, FileSystem given, Lease.Pace pace)
      throws IOException {
    FileSystem fs = given instanceof LocalFileSystem checked ? checked.getRaw() : given;
    byte[] seen = Storage.read(fs, layout.lock());
    if (seen == null) {
      return dead("no run has its " + Layout.LOCK, null);
    }
    LeaseOwner owner = LeaseOwner.of(seen);
    Long age = age(fs, layout);
    String name = owner == null ? "an unknown process" : owner.toString();
    if (owner != null && Lease.isHeldHere(owner)) {
      return running(name, age);
    }
    LeaseOwner here = LeaseOwner.here(null);
    if (owner != null && here.isBeside(owner)) {
      return here.outlives(owner) ? dead(name + " has ended", age) : running(name, age);
    }
    long silence = SILENT_BEATS * pace.beat().toMillis() / MILLIS;
    if (age != null && age >= 0 && age <= silence) {
      return running(name, age);
    }
    return watched(layout, fs, pace, seen, name);
  }

  /** Where clocks differ, or a run is dead, only time tells. */
  private static Holder watched(
      Layout layout, FileSystem fs, Lease.Pace pace, byte[] seen, String name) throws IOException {
    long look = Math.max(1, pace.beat().toMillis() / LOOKS_PER_BEAT);
    for (int looks = 0; looks < SILENT_BEATS * LOOKS_PER_BEAT; looks++) {
      try {
        Thread.sleep(look);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a run was watched");
      }
      byte[] now = Storage.read(fs, layout.lock());
      if (now == null) {
        return dead(name + " has just ended", null);
      }
      if (!Arrays.equals(now, seen)) {
        return running(name, 0L);
      }
    }
    Long age = age(fs, layout);
    String silent =
        String.format(
            Locale.ROOT,
            "%s gave no sign in the %d s that were watched",
            name,
            look * SILENT_BEATS * LOOKS_PER_BEAT / MILLIS);
    return age != null && Duration.ofSeconds(age).compareTo(pace.patience()) > 0
        ? dead(silent, age)
        : unknown(silent, age);
  }

  /** Seconds since the lease was written; null where it is gone. */
  private static Long age(FileSystem fs, Layout layout) throws IOException {
    try {
      FileStatus status = fs.getFileStatus(layout.lock());
      return (System.currentTimeMillis() - status.getModificationTime()) / MILLIS;
    } catch (java.io.FileNotFoundException e) {
      return null;
    }
  }

  private static Holder running(String why, Long heartbeat) {
    return new Holder(RunState.RUNNING, why, heartbeat);
  }

  private static Holder dead(String why, Long heartbeat) {
    return new Holder(RunState.DEAD, why, heartbeat);
  }

  private static Holder unknown(String why, Long heartbeat) {
    return new Holder(RunState.UNKNOWN, why, heartbeat);
  }
}
