package curtain.jobs.transfer;

import curtain.Nearest;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file that others publish, with its size and checksum. The files are Imagenette's archives,
 * whose SHA-256 is in TensorFlow Datasets' list of checksums, and the weights of torchvision's
 * networks (the first published ones, IMAGENET1K_V1), whose names end with the first eight digits
 * of their SHA-256.
 *
 * @param key name by which {@code fetch} takes it
 * @param site address of the directory that has it, with a slash at the end
 * @param name name of the file, there and here
 * @param bytes size in bytes, 0 where it is not published
 * @param most upper bound of its size in bytes
 * @param sha256 its SHA-256 in lower-case hexadecimal digits, or the first eight of them
 */
record PublishedFile(String key, String site, String name, long bytes, long most, String sha256) {
  private static final String IMAGENETTE = "https://s3.amazonaws.com/fast-ai-imageclas/";
  private static final String TORCHVISION = "https://download.pytorch.org/models/";

  /** Upper bound of the size of torchvision's files, bytes; the largest, vgg19_bn, has 575 MB. */
  private static final long MOST = 1_000_000_000;

  private static final Pattern CHECKED = Pattern.compile("(.+?)(?:-owt)?-([0-9a-f]{8})\\.pth");
  private static final Map<String, PublishedFile> FILES = new LinkedHashMap<>();

  static {
    imagenette(
        "imagenette2-160",
        99_003_388,
        "64d0c4859f35a461889e0147755a999a48b49bf38a7e0f9bd27003f10db02fe5");
    imagenette(
        "imagenette2-320",
        341_663_724,
        "569b4497c98db6dd29f335d1f109cf315fe127053cedf69010d047f0188e158c");
    imagenette(
        "imagenette2",
        1_557_161_267,
        "6cbfac238434d89fe99e651496f0812ebc7a10fa62bd42d6874042bf01de4efd");
    List.of(
            "resnet18-f37072fd.pth",
            "resnet34-b627a593.pth",
            "resnet50-0676ba61.pth",
            "resnet101-63fe2227.pth",
            "resnet152-394f9c45.pth",
            "vgg11-8a719046.pth",
            "vgg11_bn-6002323d.pth",
            "vgg13-19584684.pth",
            "vgg13_bn-abd245e5.pth",
            "vgg16-397923af.pth",
            "vgg16_bn-6c64b313.pth",
            "vgg19-dcbb9e9d.pth",
            "vgg19_bn-c79401a0.pth",
            "densenet121-a639ec97.pth",
            "densenet161-8d451a50.pth",
            "densenet169-b2777c0a.pth",
            "densenet201-c1103571.pth",
            "squeezenet1_0-b66bff10.pth",
            "squeezenet1_1-b8a52dc0.pth",
            "alexnet-owt-7be5be79.pth")
        .forEach(PublishedFile::torchvision);
  }

  private static void imagenette(String key, long bytes, String sha256) {
    FILES.put(key, new PublishedFile(key, IMAGENETTE, key + ".tgz", bytes, bytes, sha256));
  }

  private static void torchvision(String name) {
    Matcher parts = CHECKED.matcher(name);
    if (!parts.matches()) {
      throw new IllegalStateException(name + " carries no checksum");
    }
    String model = parts.group(1);
    FILES.put(model, new PublishedFile(model, TORCHVISION, name, 0, MOST, parts.group(2)));
  }

  /** All keys, in the order of the help text. */
  static List<String> keys() {
    return List.copyOf(FILES.keySet());
  }

  /**
   * The file with this key.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest key and all
   *     keys
   */
  static PublishedFile of(String key) {
    PublishedFile file = FILES.get(key);
    if (file == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' is none of what fetch knows; the nearest is %s (of %s)",
              key,
              Nearest.of(key, keys()),
              String.join(", ", keys())));
    }
    return file;
  }

  /**
   * What is wrong with a local copy of this file, or null if it is whole.
   *
   * @throws IOException if it cannot be read
   */
  String fault(Path file) throws IOException {
    long size = Files.size(file);
    if (bytes > 0 && size != bytes) {
      return String.format(Locale.ROOT, "has %,d bytes where %,d are published", size, bytes);
    }
    String found = Sha256.of(file);
    return found.startsWith(sha256)
        ? null
        : String.format(
            Locale.ROOT,
            "has the SHA-256 %s where %s%s is published",
            found.substring(0, sha256.length()),
            sha256,
            whole() ? "" : "...");
  }

  private boolean whole() {
    return sha256.length() == 64;
  }

  /** All keys, for completion. */
  static final class Keys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return keys().iterator();
    }
  }

  /** Finds a file by its key, for picocli. */
  static final class Converter implements ITypeConverter<PublishedFile> {
    @Override
    public PublishedFile convert(String value) {
      try {
        return of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
