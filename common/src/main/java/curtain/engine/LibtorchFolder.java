package curtain.engine;

import ai.djl.util.ClassLoaderUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A libtorch that lies in a folder: what pytorch.org publishes as libtorch, what pip installs as
 * torch, or what DJL unpacks.
 *
 * @param folder the folder that has libtorch.so
 * @param version version of libtorch, 2.7.1 say
 * @param flavour {@code cpu}, or {@code cu128} for CUDA 12.8
 */
record LibtorchFolder(Path folder, String version, String flavour) {
  static final String LIBRARY = "libtorch.so";
  private static final String CUDA_LIBRARY = "libtorch_cuda.so";
  private static final String JNI_LIBRARY = "libdjl_torch.so";
  private static final String CPU = "cpu";

  /** Where libtorch.so lies below the folder that a user may name. */
  private static final List<String> BELOW = List.of("", "lib", "torch/lib");

  /** Where pip puts NVIDIA's libraries, seen from the folder. */
  private static final String OF_PIP = "../../nvidia";

  private static final Pattern TEXT = Pattern.compile("(\\d+\\.\\d+\\.\\d+)(?:\\+(\\w+))?.*");

  /** As pip's version.py has it. */
  private static final Pattern PYTHON =
      Pattern.compile("__version__\\s*(?::[^=]*)?=\\s*['\"]([^'\"]+)['\"]");

  private static final Pattern CUDA_FLAVOUR = Pattern.compile("cu(\\d+)(\\d)");

  /** As DJL names what it has unpacked: 2.7.1-20250812-cpu-linux-x86_64. */
  private static final Pattern NAME =
      Pattern.compile("(\\d+\\.\\d+\\.\\d+)(?:-\\d+)?-(cpu|cu\\d+)-.*");

  /**
   * Looks at a folder.
   *
   * @param given the folder of libtorch.so, or one above it
   * @throws IllegalArgumentException where it has none, or one whose version is not to be found, or
   *     is another than that of the libraries on the class path, or of a flavour that these lack
   */
  static LibtorchFolder of(Path given) {
    Path folder =
        BELOW.stream()
            .map(given::resolve)
            .filter(each -> Files.isRegularFile(each.resolve(LIBRARY)))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "natives "
                            + given
                            + ": no "
                            + LIBRARY
                            + " is in it, nor in its lib; give the folder of a libtorch "
                            + pinned()))
            .toAbsolutePath()
            .normalize();
    boolean cuda = Files.isRegularFile(folder.resolve(CUDA_LIBRARY));
    Matcher said = TEXT.matcher(said(folder).orElse(""));
    if (!said.matches() || (cuda && said.group(2) == null)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "natives %s: which version this libtorch is cannot be told; write it, %s%s say, into a"
                  + " file build-version there",
              folder,
              pinned(),
              cuda ? "+cu128" : "+cpu"));
    }
    LibtorchFolder found = new LibtorchFolder(folder, said.group(1), cuda ? said.group(2) : CPU);
    found.refuseOthers();
    return found;
  }

  /** The version that the libraries of the class path are made for. */
  static String pinned() {
    Properties properties = new Properties();
    URL url = resource("pytorch-engine.properties");
    if (url != null) {
      try (InputStream in = url.openStream()) {
        properties.load(in);
      } catch (IOException e) {
        throw new IllegalStateException(url + " cannot be read", e);
      }
    }
    return properties.getProperty("pytorch_version", "unknown");
  }

  private void refuseOthers() {
    if (!version.equals(pinned())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "natives %s: this libtorch is %s, and Curtain's libraries are made for %s; give a"
                  + " libtorch %3$s",
              folder,
              version,
              pinned()));
    }
    if (!Files.isRegularFile(folder.resolve(JNI_LIBRARY)) && !hasBinding(flavour)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "natives %s: this libtorch is %s of flavour %s, and DJL's binding to %2$s on the class"
                  + " path has none for it, but %s; give such a one",
              folder,
              version,
              flavour,
              bindings()));
    }
  }

  private static boolean hasBinding(String flavour) {
    return resource("jnilib/" + classifier() + "/" + flavour + "/" + JNI_LIBRARY) != null;
  }

  /** A resource as DJL finds it; null where there is none. */
  private static URL resource(String name) {
    try {
      return ClassLoaderUtils.getResource(name);
    } catch (IOException e) {
      throw new IllegalStateException("the class path cannot be read", e);
    }
  }

  /** Of the flavours there have been, those that the class path has a binding for. */
  private static String bindings() {
    List<String> there =
        Stream.of(CPU, "cu118", "cu121", "cu124", "cu126", "cu128", "cu129", "cu130")
            .filter(LibtorchFolder::hasBinding)
            .toList();
    return there.isEmpty()
        ? "no flavour at all (is pytorch-jni there?)"
        : String.join(" and ", there);
  }

  private static String classifier() {
    String arch = System.getProperty("os.arch");
    return "linux-" + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /** What the files around it say of its version. */
  private static Optional<String> said(Path folder) {
    Optional<String> build =
        text(folder.resolve("build-version")).or(() -> text(folder.resolve("../build-version")));
    if (build.isPresent()) {
      return build.map(String::strip);
    }
    Optional<String> python =
        text(folder.resolve("../version.py"))
            .map(PYTHON::matcher)
            .filter(Matcher::find)
            .map(found -> found.group(1));
    if (python.isPresent()) {
      return python;
    }
    Matcher name = NAME.matcher(folder.getFileName().toString());
    return name.matches() ? Optional.of(name.group(1) + "+" + name.group(2)) : Optional.empty();
  }

  private static Optional<String> text(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new IllegalArgumentException("natives: " + file + " cannot be read (" + e + ")", e);
    }
  }

  /** Whether it computes on GPUs, too. */
  boolean cuda() {
    return !flavour.equals(CPU);
  }

  /** CUDA's runtime library beside it, whatever follows its name. */
  Optional<Path> runtime() {
    return beside("cuda_runtime", "libcudart(-\\w+)?\\.so(\\.\\d+)*");
  }

  /** cuDNN beside it. */
  Optional<Path> cudnn() {
    return beside("cudnn", "libcudnn(-\\w+)?\\.so(\\.\\d+)*");
  }

  /** The first file of such a name in the folder, or in that of pip's package. */
  private Optional<Path> beside(String ofPip, String name) {
    for (Path each : List.of(folder, folder.resolve(OF_PIP).resolve(ofPip).resolve("lib"))) {
      if (Files.isDirectory(each)) {
        try (Stream<Path> files = Files.list(each.normalize())) {
          Optional<Path> found =
              files
                  .filter(file -> file.getFileName().toString().matches(name))
                  .sorted()
                  .findFirst();
          if (found.isPresent()) {
            return found;
          }
        } catch (IOException e) {
          throw new IllegalArgumentException("natives " + each + " cannot be read (" + e + ")", e);
        }
      }
    }
    return Optional.empty();
  }

  /** The version of CUDA that a flavour is made for, {@code 12.8}; else the flavour itself. */
  static String cudaVersion(String flavour) {
    Matcher digits = CUDA_FLAVOUR.matcher(flavour);
    return digits.matches() ? digits.group(1) + "." + digits.group(2) : flavour;
  }

  /** In words: {@code libtorch 2.7.1 (cu128) of /opt/libtorch/lib}. */
  @Override
  public String toString() {
    return "libtorch " + version + " (" + flavour + ") of " + folder;
  }
}
