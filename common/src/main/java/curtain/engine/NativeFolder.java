package curtain.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder for the native libraries that Java libraries unpack before they load them: DJL below the
 * user's home, others in the temporary directory. In containers the home may be read-only or none,
 * and the temporary directory mounted so that nothing in it can be executed. Then all of them get
 * one folder of this process, on a disk that allows it, which is deleted at its end.
 */
public final class NativeFolder {
  /** Where zstd, snappy and JNA unpack to; what large files use is read from it once, and stays. */
  private static final String TEMPORARY = "java.io.tmpdir";

  private static final String ENGINE = "ENGINE_CACHE_DIR";

  /** What DJL asks for its folder, before the user's home. */
  private static final List<String> CHOSEN = List.of(ENGINE, "DJL_CACHE_DIR");

  private static boolean prepared;

  private NativeFolder() {}

  /**
   * Finds another folder where one is needed; to be called before a native library is loaded, in
   * every process that loads one. Later calls have no effect.
   *
   * @throws IOException where no folder takes what can be executed; the message names those tried,
   *     and what to do
   */
  public static synchronized void prepare() throws IOException {
    if (prepared) {
      return;
    }
    Path temporary = Path.of(System.getProperty(TEMPORARY));
    boolean others = executes(temporary);
    boolean engine = CHOSEN.stream().anyMatch(NativeFolder::isSet) || executes(home());
    if (!others || !engine) {
      Path own = privateFolder(temporary);
      if (!engine) {
        System.setProperty(ENGINE, own.toString());
      }
      if (!others) {
        System.setProperty(TEMPORARY, own.toString());
      }
    }
    prepared = true;
  }

  private static boolean isSet(String name) {
    return !Objects.requireNonNullElse(System.getenv(name), "").isEmpty()
        || !System.getProperty(name, "").isEmpty();
  }

  /** The user's home, or null: Java says ? where the system does not know one. */
  private static Path home() {
    String home = System.getProperty("user.home", "?");
    return home.startsWith("/") ? Path.of(home) : null;
  }

  private static Path privateFolder(Path temporary) throws IOException {
    List<Path> candidates = new ArrayList<>();
    Stream.of(
            temporary,
            home(),
            Path.of("/var/tmp"),
            Path.of("/dev/shm"),
            Path.of("").toAbsolutePath())
        .filter(Objects::nonNull)
        .distinct()
        .forEach(candidates::add);
    for (Path candidate : candidates) {
      if (executes(candidate)) {
        Path folder = Files.createTempDirectory(candidate, "curtain-native-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        return folder;
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "native libraries need a folder that can be written to and is not mounted noexec, and"
                + " none of %s is; set -Djava.io.tmpdir to one (in CURTAIN_JAVA_OPTS, on a cluster"
                + " in spark.executor.extraJavaOptions)",
            String.join(", ", candidates.stream().map(Path::toString).toList())));
  }

  /**
   * Whether a file in the folder could be executed: Linux says so of files that are mapped, too.
   */
  private static boolean executes(Path folder) {
    if (folder == null || !Files.isWritable(folder)) {
      return false;
    }
    try {
      Path file = Files.createTempFile(folder, ".curtain-", ".so");
      try {
        Set<PosixFilePermission> permissions =
            EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
        return Files.isExecutable(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // the process ends: the system cleans up what is left
    }
  }
}
