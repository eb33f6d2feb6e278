package curtain.jobs.shards;

import com.fasterxml.jackson.core.JsonProcessingException;
import curtain.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The owner of a {@link Lease}, as its file names it.
 *
 * @param id random id of the lease
 * @param host name of the machine, for the user
 * @param processes what tells apart the numbers of processes, which every start of a machine and
 *     every container count anew: id of the machine's start and of the namespace; null where the
 *     system does not say
 * @param process number of the process among these
 * @param start start of the process in clock ticks since that of the machine, which no setting of
 *     clocks changes; null where the system does not say
 * @param application id of YARN's application, in one of whose containers the process runs, or null
 * @param attempt number of YARN's attempt at it
 * @param beats how often the owner has written the file since it took the lease
 */
record LeaseOwner(
    String id,
    String host,
    String processes,
    long process,
    String start,
    String application,
    int attempt,
    long beats) {
  /** YARN's {@code CONTAINER_ID}: application and attempt. */
  private static final Pattern CONTAINER =
      Pattern.compile("container_(?:e\\d+_)?(\\d+_\\d+)_(\\d{1,9})_\\d+");

  private static final Path PROC = Path.of("/proc");

  /** Position of a process's start behind its name, in the fields of {@code /proc/PID/stat}. */
  private static final int START = 19;

  /** Refuses an owner without an id or a host, as a file may be damaged. */
  LeaseOwner {
    Objects.requireNonNull(id);
    Objects.requireNonNull(host);
  }

  /**
   * This process, as a new owner.
   *
   * @param container value of {@code CONTAINER_ID}, or null
   */
  static LeaseOwner here(String container) {
    long process = ProcessHandle.current().pid();
    Matcher yarn = CONTAINER.matcher(Objects.requireNonNullElse(container, ""));
    boolean yarns = yarn.matches();
    String host = "an unknown host";
    String processes = null;
    String start = null;
    try {
      host = Files.readString(PROC.resolve("sys/kernel/hostname")).strip();
      start = start(process);
      processes =
          Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip()
              + " "
              + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    } catch (IOException e) {
      // not Linux: what lives here is not seen, and leases are watched
    }
    return new LeaseOwner(
        UUID.randomUUID().toString(),
        host,
        processes,
        process,
        start,
        yarns ? yarn.group(1) : null,
        yarns ? Integer.parseInt(yarn.group(2)) : 0,
        0);
  }

  /** The owner that a lease's file names; null where it is empty or half written. */
  static LeaseOwner of(byte[] file) throws IOException {
    try {
      return Storage.parseJson(file, LeaseOwner.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The same owner, which has written the file so often. */
  LeaseOwner after(long times) {
    return new LeaseOwner(id, host, processes, process, start, application, attempt, times);
  }

  /**
   * Whether another owner, whose lease this process does not hold, is known to have ended: its
   * process did, or it was this process, or an earlier attempt at this application.
   */
  boolean outlives(LeaseOwner other) {
    if (application != null && application.equals(other.application) && other.attempt < attempt) {
      return true;
    }
    if (processes == null || !processes.equals(other.processes)) {
      return false;
    }
    return (other.process == process && Objects.equals(other.start, start)) || other.hasEnded();
  }

  /** Whether another owner's process is one of this machine, so that its end is seen. */
  boolean isBeside(LeaseOwner other) {
    return processes != null && processes.equals(other.processes);
  }

  /** Whether a process of this machine has ended; false where that is not to be seen. */
  private boolean hasEnded() {
    try {
      return !Objects.equals(start(process), start);
    } catch (NoSuchFileException e) {
      return Files.exists(PROC.resolve("1")); // processes of other users may be hidden
    } catch (IOException e) {
      return false;
    }
  }

  /** The start of a process. */
  private static String start(long process) throws IOException {
    String stat =
        Files.readString(
            PROC.resolve(process + "/stat"), StandardCharsets.ISO_8859_1); // a name is any bytes
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START];
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "process %d on %s", process, OneLine.of(host));
  }
}
