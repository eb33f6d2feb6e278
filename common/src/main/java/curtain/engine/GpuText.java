package curtain.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What results on a GPU depend on besides the program: the model of the GPU, its driver, CUDA and
 * cuDNN, in words. What the system does not tell is called unknown.
 */
final class GpuText {
  /** What the driver says of itself. */
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  private static final Pattern VERSION = Pattern.compile("Kernel Module\\D*(\\d+(?:\\.\\d+)+)");
  private static final String UNKNOWN = "unknown";
  private static final int NAME_LENGTH = 256;

  private GpuText() {}

  /** In one line: {@code NVIDIA H200, driver 570.86.15, CUDA 12.8, cuDNN 9.7.1}. */
  static String of(Device gpu) {
    return String.format(
        Locale.ROOT,
        "%s, driver %s, CUDA %s, cuDNN %s",
        name(gpu.getDeviceId()),
        driver(DRIVER),
        cuda(),
        cudnn());
  }

  private static String name(int ordinal) {
    try {
      NativeLibrary cuda = NativeLibrary.getInstance("libcuda.so.1");
      IntByReference device = new IntByReference();
      byte[] name = new byte[NAME_LENGTH];
      if (call(cuda, "cuDeviceGet", device, ordinal) == 0
          && call(cuda, "cuDeviceGetName", name, NAME_LENGTH, device.getValue()) == 0) {
        return text(name);
      }
    } catch (LinkageError e) {
      // the engine may have found it elsewhere
    }
    return "GPU";
  }

  private static int call(NativeLibrary library, String function, Object... arguments) {
    Function called = library.getFunction(function);
    return called.invokeInt(arguments);
  }

  private static String text(byte... name) {
    String all = new String(name, StandardCharsets.UTF_8);
    int end = all.indexOf('\0');
    return end < 0 ? all : all.substring(0, end);
  }

  /** The version of the driver that a file names. */
  static String driver(Path file) {
    try {
      Matcher found = VERSION.matcher(Files.readString(file));
      return found.find() ? found.group(1) : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static String cuda() {
    int version = CudaUtils.hasCuda() ? CudaUtils.getCudaVersion() : 0;
    return version == 0 ? UNKNOWN : version / 1000 + "." + version % 1000 / 10;
  }

  private static String cudnn() {
    try {
      long version =
          NativeLibrary.getInstance("libcudnn.so.9")
              .getFunction("cudnnGetVersion")
              .invokeLong(new Object[0]);
      return dotted(version);
    } catch (LinkageError e) {
      return UNKNOWN;
    }
  }

  /** A version of cuDNN 9 and later as it counts, 90701 say, in digits. */
  static String dotted(long version) {
    return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
  }
}
