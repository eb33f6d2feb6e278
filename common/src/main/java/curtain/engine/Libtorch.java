package curtain.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libtorch of this process: of the folder that {@code PYTORCH_LIBRARY_PATH} or the user names,
 * else the one on the class path. DJL is told its version and flavour, which it would guess wrong,
 * and where CUDA's runtime library is, which it would look for on the system's path alone.
 *
 * <p>A libtorch for CUDA does not load without NVIDIA's driver. Where there is none, the CPU's on
 * the class path takes its place, and {@link Devices} says so where a GPU is asked for.
 */
public final class Libtorch {
  static final String PATH = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOUR = "PYTORCH_FLAVOR";
  private static final String ENGINE = "PyTorch";

  /** What DJL says of a libtorch on the class path. */
  private static final String BUNDLED = "native/lib/pytorch.properties";

  /** What the dynamic linker says of a library that another one needs. */
  private static final Pattern MISSING =
      Pattern.compile("(?:(\\S*/)?([^/\\s]+): )?([^:\\s]+): cannot open shared object file.*");

  private static Path chosen;
  private static Prepared prepared;
  private static String failure;

  /**
   * What was made ready.
   *
   * @param given the folder that was given, or null
   * @param used the folder that is used; null: the class path
   * @param unused why the one that was given is not used, or null
   */
  private record Prepared(Path given, LibtorchFolder used, String unused) {}

  private Libtorch() {}

  /**
   * Names the folder, before the engine starts.
   *
   * @throws IllegalArgumentException where the engine has started with another
   */
  public static synchronized void choose(Path folder) {
    Path wanted = folder.toAbsolutePath().normalize();
    if (prepared != null && !wanted.equals(prepared.given())) {
      throw new IllegalArgumentException(
          "natives "
              + wanted
              + ": this process has made ready another libtorch, "
              + (prepared.given() == null ? "that of the class path" : prepared.given()));
    }
    chosen = wanted;
  }

  /**
   * Makes DJL's settings, once.
   *
   * @throws IllegalArgumentException where what was asked for cannot be
   */
  static synchronized void prepare() {
    if (prepared == null) {
      Optional<Path> environment = environmentPath();
      if (environment.isPresent()
          && chosen != null
          && !same(
              LibtorchFolder.of(environment.get()).folder(), LibtorchFolder.of(chosen).folder())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "natives %s: %s=%s in this process's environment names another; give one of them",
                chosen,
                PATH,
                environment.get()));
      }
      Path given = chosen == null ? environment.orElse(null) : chosen;
      prepared = given == null ? ofClassPath() : ofFolder(given, environment);
    }
  }

  /**
   * Starts the engine, if it has not started.
   *
   * @throws IllegalArgumentException where libtorch does not load; the message names the library
   *     that is missing
   */
  public static synchronized Engine start() {
    prepare();
    if (failure != null) { // DJL tries once
      throw new IllegalArgumentException(failure);
    }
    InstructionLimit.apply();
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException | LinkageError e) {
      failure = whyNot(e);
      throw new IllegalArgumentException(failure, e);
    }
  }

  private static String whyNot(Throwable e) {
    String said = e.toString();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Matcher missing = MISSING.matcher(message);
      if (missing.find()) {
        return missing(missing.group(2), missing.group(3));
      }
      said = message;
    }
    return String.format(
        Locale.ROOT, "%s does not load: %s", here(), said.lines().findFirst().orElse(""));
  }

  /** The line on a shared library that is missing. */
  private static String missing(String needing, String library) {
    return String.format(
        Locale.ROOT,
        "%s does not load: %s%s is missing, %s",
        here(),
        library,
        needing == null ? "" : ", which " + needing + " needs,",
        library.equals(NvidiaDriver.LIBRARY)
            ? "which is of NVIDIA's driver: install it on this machine, or use device cpu"
            : "beside it and on the system's path; put it into that folder, or its folder into"
                + " LD_LIBRARY_PATH");
  }

  private static Optional<Path> environmentPath() {
    String path = System.getenv(PATH);
    if (path == null || path.isEmpty()) {
      path = System.getProperty(PATH, "");
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path).toAbsolutePath());
  }

  private static boolean same(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return false; // one of them is not there, which is said later
    }
  }

  /**
   * The libtorch of the class path: the CPU's, or one for CUDA where that is there and the driver,
   * too. DJL does not find the runtime library within a jar, so this is unpacked and taken as a
   * folder.
   */
  private static Prepared ofClassPath() {
    for (String name : List.of(VERSION, FLAVOUR)) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s=%s in the environment asks for another libtorch than Curtain's; unset it (env"
                    + " -u %1$s ..., for executors spark.executorEnv.%1$s with no value), or set %s"
                    + " to that one's folder",
                name,
                value,
                PATH));
      }
    }
    Optional<Properties> cuda =
        bundled().stream().filter(each -> flavour(each).startsWith("cu")).findFirst();
    if (cuda.isEmpty()) {
      return new Prepared(null, null, null);
    }
    if (NvidiaDriver.find().isEmpty()) {
      boolean other = bundled().stream().anyMatch(each -> flavour(each).startsWith("cpu"));
      String why = driverless(LibtorchFolder.pinned(), flavour(cuda.get()));
      if (!other) {
        throw new IllegalArgumentException(why);
      }
      return new Prepared(null, null, why);
    }
    LibtorchFolder unpacked = LibtorchFolder.of(BundledLibtorch.unpack(cuda.get(), cache()));
    tell(unpacked, false);
    return new Prepared(null, unpacked, null);
  }

  private static Path cache() {
    return Utils.getEngineCacheDir("pytorch");
  }

  private static String flavour(Properties bundled) {
    return bundled.getProperty("flavor", "");
  }

  /** What the class path has, one each. */
  private static List<Properties> bundled() {
    try {
      return Collections.list(ClassLoaderUtils.getContextClassLoader().getResources(BUNDLED))
          .stream()
          .map(Libtorch::read)
          .toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("the class path cannot be read: " + e, e);
    }
  }

  private static Properties read(URL url) {
    Properties properties = new Properties();
    try (InputStream in = url.openStream()) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalArgumentException(url + " cannot be read: " + e, e);
    }
    return properties;
  }

  private static Prepared ofFolder(Path given, Optional<Path> environment) {
    LibtorchFolder folder = LibtorchFolder.of(given);
    if (environment.isPresent() && !same(environment.get(), folder.folder())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s=%s: libtorch.so is in %s; name that folder",
              PATH,
              environment.get(),
              folder.folder()));
    }
    refuseOther(VERSION, folder.version());
    refuseOther(FLAVOUR, folder.flavour());
    if (folder.cuda() && NvidiaDriver.find().isEmpty()) {
      String why = driverless(folder.version(), folder.flavour());
      if (environment.isPresent()) { // which DJL obeys
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s=%s: %s; unset it, and give the folder as natives, which are passed over where"
                    + " there is no driver",
                PATH,
                environment.get(),
                why));
      }
      if (bundled().stream().noneMatch(each -> flavour(each).startsWith("cpu"))) {
        throw new IllegalArgumentException("natives " + folder.folder() + ": " + why);
      }
      return new Prepared(given, null, why);
    }
    tell(folder, environment.isPresent());
    return new Prepared(given, folder, null);
  }

  private static String driverless(String version, String flavour) {
    return String.format(
        Locale.ROOT,
        "libtorch %s of flavour %s needs NVIDIA's driver, for CUDA %s, and this machine has none (%s)",
        version,
        flavour,
        LibtorchFolder.cudaVersion(flavour),
        NvidiaDriver.LIBRARY);
  }

  /** Refuses what the environment says otherwise: DJL would obey it. */
  private static void refuseOther(String name, String own) {
    String value = System.getenv(name);
    if (value != null && !value.isEmpty() && !value.equals(own)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s=%s in the environment, and the libtorch that was named is %s; unset it",
              name,
              value,
              own));
    }
  }

  private static void tell(LibtorchFolder folder, boolean byEnvironment) {
    if (!byEnvironment) {
      System.setProperty(PATH, folder.folder().toString());
    }
    System.setProperty(VERSION, folder.version());
    System.setProperty(FLAVOUR, folder.flavour());
    if (folder.cuda()) {
      folder.runtime().ifPresent(Libtorch::showRuntime);
    }
  }

  /**
   * Lets DJL find CUDA's runtime library: it asks JNA for libcudart.so, and the file may have a
   * number or a hash in its name.
   */
  private static void showRuntime(Path file) {
    try {
      Path folder = Files.createTempDirectory("curtain-cudart-");
      Path link = folder.resolve("libcudart.so");
      Files.createSymbolicLink(link, file.toRealPath());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(link, folder)));
      NativeLibrary.addSearchPath("cudart", folder.toString());
    } catch (IOException e) {
      throw new IllegalArgumentException("a link to " + file + " cannot be made: " + e, e);
    }
  }

  private static void delete(Path link, Path folder) {
    try {
      Files.deleteIfExists(link);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // the process ends: the system cleans up what is left
    }
  }

  /** Why the libtorch that was named is not used, or null. */
  static synchronized String unused() {
    prepare();
    return prepared.unused();
  }

  /** The folder in use; none where it is the class path's. */
  static synchronized Optional<LibtorchFolder> folder() {
    prepare();
    return Optional.ofNullable(prepared.used());
  }

  /** The libtorch in use, in words. */
  static String here() {
    return folder()
        .map(LibtorchFolder::toString)
        .orElse("libtorch " + LibtorchFolder.pinned() + " (cpu) of the class path");
  }
}
