package curtain.jobs.shards;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps two runs out of one output where the file system knows no locks, by a file that names its
 * owner and that the owner writes again and again, with a higher count. It is taken over at once
 * where {@link LeaseOwner#outlives} says that its owner has ended, and else where the file has not
 * changed for so long as this process has watched it; clocks are not compared. Object stores that
 * cannot create a file only where there is none may give it to two runs that begin at the same
 * moment: then the later one's word stands, and the earlier one finds it and stops.
 */
final class Lease implements Closeable {
  /**
   * How often a lease is written, and how long it is watched.
   *
   * @param beat time between two writes
   * @param patience time without one, after which the owner counts as dead; many beats
   */
  record Pace(Duration beat, Duration patience) {
    static final Pace STANDARD = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(2));

    /** Looks in a time without a write. */
    private static final int LOOKS = 120;

    /** Looks from one line for the user to the next. */
    private static final int SILENT_LOOKS = 30;

    private long look() {
      return Math.max(1, patience.toMillis() / LOOKS);
    }
  }

  /** How often the file is tried where others make and delete it meanwhile. */
  private static final int MOST_TRIES = 100;

  /** Ids of the leases that this process holds. */
  private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

  private final FileSystem fs;
  private final Path file;
  private final LeaseOwner owner;
  private final Pace pace;
  private long beats;
  private boolean lost;
  private boolean closed;

  private Lease(FileSystem fs, Path file, LeaseOwner owner, Pace pace) {
    this.fs = fs;
    this.file = file;
    this.owner = owner;
    this.pace = pace;
  }

  /**
   * Takes the lease of an output.
   *
   * @param file file of the lease, in the directory of the output
   * @param owner this process, as a new owner
   * @param notes gets lines while another owner is watched
   * @throws RunException where another run has it
   * @throws IOException when storage fails, or this thread is interrupted meanwhile
   */
  static Lease take(FileSystem fs, Path file, LeaseOwner owner, Pace pace, Consumer<String> notes)
      throws IOException, RunException {
    Lease lease = new Lease(fs, file, owner, pace);
    boolean taken = false;
    HELD.add(owner.id()); // before other threads of this process may read it
    try {
      for (int tries = 0; !taken; tries++) {
        if (tries == MOST_TRIES) {
          throw new IOException(
              file + " can neither be made nor read; delete it, or choose another directory");
        }
        taken = lease.created(tries) || lease.takenOver(notes);
      }
    } finally {
      if (!taken) {
        HELD.remove(owner.id());
      }
    }
    Thread thread = new Thread(lease::beatUntilClosed, "curtain lease");
    thread.setDaemon(true);
    thread.start();
    return lease;
  }

  /** Whether this process holds the lease of an owner. */
  static boolean isHeldHere(LeaseOwner owner) {
    return HELD.contains(owner.id());
  }

  /**
   * Makes the file, unless it is there.
   *
   * @param tries how often that failed: at first another run may just have deleted it
   */
  private boolean created(int tries) throws IOException {
    OutputStream out;
    try {
      out = fs.create(file, false);
    } catch (IOException e) {
      if (tries > 0 && !fs.exists(file)) {
        throw e;
      }
      return false; // file systems say it in several ways
    }
    write(out);
    return true;
  }

  /**
   * Takes the lease from an owner that has ended or is silent.
   *
   * @return false where there is no file any more
   */
  private boolean takenOver(Consumer<String> notes) throws IOException, RunException {
    byte[] seen = Storage.read(fs, file);
    if (seen == null) {
      return false;
    }
    LeaseOwner other = LeaseOwner.of(seen);
    if (other != null && HELD.contains(other.id())) {
      throw taken(other);
    }
    boolean over = (other != null && owner.outlives(other)) || isSilent(other, seen, notes);
    if (over) {
      write(fs.create(file, true));
    }
    return over;
  }

  /**
   * Watches another owner's file, and returns whether it stays as it is; false where it is gone.
   */
  private boolean isSilent(LeaseOwner other, byte[] seen, Consumer<String> notes)
      throws IOException, RunException {
    // looks are counted, not time, in which this process may have been stopped as well
    for (int look = 0; look < Pace.LOOKS; look++) {
      if (look % Pace.SILENT_LOOKS == 0) {
        notes.accept(
            String.format(
                Locale.ROOT,
                "another run, %s, has begun in %s; it is taken for dead unless it writes there"
                    + " within %d s",
                other == null ? "of an unknown process" : other,
                Layout.display(file.getParent()),
                (Pace.LOOKS - look) * pace.look() / 1000));
      }
      try {
        Thread.sleep(pace.look());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while another run was watched");
      }
      byte[] now = Storage.read(fs, file);
      if (now == null) {
        return false;
      }
      if (!Arrays.equals(now, seen)) {
        LeaseOwner writer = LeaseOwner.of(now);
        throw taken(writer == null ? other : writer);
      }
    }
    return true;
  }

  private void write(OutputStream created) throws IOException {
    try (created) {
      Storage.writeJson(created, owner.after(beats));
    }
    beats++;
  }

  /** Writes the file again, unless it is another owner's, or gone. */
  private synchronized void beat() throws IOException {
    byte[] now = Storage.read(fs, file);
    LeaseOwner writer = now == null ? null : LeaseOwner.of(now);
    lost = lost || now == null || (writer != null && !writer.id().equals(owner.id()));
    if (!lost) {
      write(fs.create(file, true));
    }
  }

  private synchronized void beatUntilClosed() {
    while (!closed && !lost) {
      try {
        wait(pace.beat().toMillis());
        if (!closed) {
          beat();
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // a later beat may succeed, and the run asks before it relies on the lease
      }
    }
  }

  /**
   * Checks that this run still has the lease.
   *
   * @throws RunException where it has not
   * @throws IOException when storage fails
   */
  synchronized void refuseLost() throws IOException, RunException {
    beat();
    if (lost) {
      byte[] now = Storage.read(fs, file);
      LeaseOwner other = now == null ? null : LeaseOwner.of(now);
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s: another run%s has taken it over; this one stops",
              Layout.display(file.getParent()),
              other == null ? "" : named(other) + ","));
    }
  }

  private RunException taken(LeaseOwner other) {
    return new RunException(
        String.format(
            Locale.ROOT,
            "--output %s: another run is writing there now%s; wait for its end, or choose another"
                + " directory",
            Layout.display(file.getParent()),
            named(other)));
  }

  private static String named(LeaseOwner other) {
    return other == null ? "" : ", " + other;
  }

  /** Gives the lease back, and deletes its file unless it is another owner's. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    notifyAll();
    try {
      byte[] now = Storage.read(fs, file);
      LeaseOwner writer = now == null ? null : LeaseOwner.of(now);
      if (writer != null && writer.id().equals(owner.id())) {
        fs.delete(file, false);
      }
    } finally {
      HELD.remove(owner.id());
    }
  }
}
