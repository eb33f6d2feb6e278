package curtain.engine;

import ai.djl.util.ClassLoaderUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** Unpacks a libtorch from a jar of the class path, once on a machine. */
final class BundledLibtorch {
  private static final String LOCK = "curtain-unpack.lock";

  private BundledLibtorch() {}

  /**
   * Unpacks the libraries that the jar's properties list, unless they are there.
   *
   * @param bundled version, flavor, classifier and libraries, as DJL's jars have them
   * @param cache folder below which each version and flavour gets one
   * @return the folder of the libraries, whose name says version and flavour
   * @throws IllegalArgumentException where a library is missing in the jar, or there is no room
   */
  static Path unpack(Properties bundled, Path cache) {
    String version = bundled.getProperty("version", "");
    String flavour = bundled.getProperty("flavor", "");
    String classifier = bundled.getProperty("classifier", "");
    String name = version + "-" + flavour + "-" + classifier;
    Path folder = cache.resolve(name);
    try {
      Files.createDirectories(cache);
      try (FileChannel file =
              FileChannel.open(
                  cache.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (lock.isValid() && !Files.isRegularFile(folder.resolve(LibtorchFolder.LIBRARY))) {
          Path made = Files.createTempDirectory(cache, "unpack-");
          try {
            for (String library : bundled.getProperty("libraries", "").split(",", -1)) {
              copy("pytorch/" + flavour + "/" + classifier + "/" + library, made.resolve(library));
            }
            Files.move(made, folder);
          } finally {
            deleteTree(made);
          }
        }
      }
      return folder;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "libtorch %s (%s) cannot be unpacked into %s (%s); ENGINE_CACHE_DIR names another"
                  + " folder",
              version,
              flavour,
              cache,
              e),
          e);
    }
  }

  private static void copy(String resource, Path to) throws IOException {
    try (InputStream in = ClassLoaderUtils.getResourceAsStream(resource)) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      List<Path> files;
      try (Stream<Path> all = Files.list(folder)) {
        files = all.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    }
  }
}
