package curtain.engine;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NVIDIA's driver on this machine, through libraries that come with it and with nothing else:
 * libcuda.so.1, which knows the GPUs that CUDA shows to this process, and libnvidia-ml.so.1, by
 * which nvidia-smi counts those of the machine.
 */
final class NvidiaDriver {
  static final String LIBRARY = "libcuda.so.1";
  private static final String MANAGEMENT = "libnvidia-ml.so.1";
  private static final Path KERNEL_MODULE = Path.of("/proc/driver/nvidia/version");
  private static final Pattern VERSION = Pattern.compile("\\s(\\d+(?:\\.\\d+)+)\\s");

  private static final int SUCCESS = 0;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int NAME_LENGTH = 256;
  private static final int UUID_LENGTH = 16;

  /** The driver, looked for once. */
  private static final class Found {
    private static final Optional<NvidiaDriver> VALUE =
        library(LIBRARY).map(cuda -> new NvidiaDriver(cuda));
  }

  private final NativeLibrary cuda;

  private NvidiaDriver(NativeLibrary cuda) {
    this.cuda = cuda;
  }

  /** The driver, where there is one. */
  static Optional<NvidiaDriver> find() {
    return Found.VALUE;
  }

  private static Optional<NativeLibrary> library(String name) {
    try {
      return Optional.of(NativeLibrary.getInstance(name));
    } catch (LinkageError e) {
      return Optional.empty(); // it is not there, or there is no room for JNA's own library
    }
  }

  /** The latest CUDA that it is for, {@code 12.8}. */
  String cudaVersion() {
    IntByReference version = new IntByReference();
    int status = call(cuda, "cuDriverGetVersion", version);
    return status == SUCCESS ? dotted(version.getValue()) : "unknown";
  }

  /** A version as CUDA counts, 12080 say, in digits. */
  static String dotted(int version) {
    return String.format(Locale.ROOT, "%d.%d", version / 1000, version % 1000 / 10);
  }

  /** Its own version, {@code 570.86.15}, or an empty text where the system does not tell. */
  static String version() {
    try {
      Matcher found =
          VERSION.matcher(Files.readString(KERNEL_MODULE).lines().findFirst().orElse(""));
      return found.find() ? found.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** In words, with both versions. */
  @Override
  public String toString() {
    String own = version();
    return (own.isEmpty() ? "" : own + ", ") + "for CUDA up to " + cudaVersion();
  }

  /**
   * The GPUs that CUDA shows to this process ({@code CUDA_VISIBLE_DEVICES}), by ordinal.
   *
   * @throws IllegalArgumentException where the driver does not answer
   */
  List<Gpu> gpus() {
    int status = call(cuda, "cuInit", 0);
    IntByReference count = new IntByReference();
    if (status == SUCCESS) {
      status = call(cuda, "cuDeviceGetCount", count);
    }
    if (status == 100) { // CUDA_ERROR_NO_DEVICE
      return List.of();
    }
    refuse(status);
    List<Gpu> gpus = new ArrayList<>();
    for (int ordinal = 0; ordinal < count.getValue(); ordinal++) {
      gpus.add(gpu(ordinal));
    }
    return gpus;
  }

  private Gpu gpu(int ordinal) {
    IntByReference device = new IntByReference();
    refuse(call(cuda, "cuDeviceGet", device, ordinal));
    int handle = device.getValue();
    byte[] name = new byte[NAME_LENGTH];
    refuse(call(cuda, "cuDeviceGetName", name, NAME_LENGTH, handle));
    Memory bytes = new Memory(Long.BYTES);
    refuse(call(cuda, "cuDeviceTotalMem_v2", bytes, handle));
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    refuse(call(cuda, "cuDeviceGetAttribute", major, CAPABILITY_MAJOR, handle));
    refuse(call(cuda, "cuDeviceGetAttribute", minor, CAPABILITY_MINOR, handle));
    return new Gpu(
        ordinal,
        text(name),
        uuid(handle),
        bytes.getLong(0),
        major.getValue() + "." + minor.getValue());
  }

  /** Of a part of a GPU (MIG) the part's own, where the driver tells these apart. */
  private String uuid(int handle) {
    Memory uuid = new Memory(UUID_LENGTH);
    Optional<Function> apart = function(cuda, "cuDeviceGetUuid_v2");
    refuse(
        apart.isPresent()
            ? apart.get().invokeInt(new Object[] {uuid, handle})
            : call(cuda, "cuDeviceGetUuid", uuid, handle));
    String hex = HexFormat.of().formatHex(uuid.getByteArray(0, UUID_LENGTH));
    return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private void refuse(int status) {
    if (status == SUCCESS) {
      return;
    }
    PointerByReference said = new PointerByReference();
    boolean known = call(cuda, "cuGetErrorString", status, said) == SUCCESS;
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "NVIDIA's driver, %s, does not answer: %s (%d); nvidia-smi may say more",
            this,
            known ? said.getValue().getString(0) : "error",
            status));
  }

  /**
   * The UUIDs of all GPUs of the machine, or of the container, in the order of nvidia-smi, which is
   * not CUDA's; empty where the library of nvidia-smi is missing.
   */
  static List<String> machineUuids() {
    Optional<NativeLibrary> found = library(MANAGEMENT);
    if (found.isEmpty()) {
      return List.of();
    }
    NativeLibrary management = found.get();
    if (call(management, "nvmlInit_v2") != SUCCESS) {
      return List.of();
    }
    IntByReference count = new IntByReference();
    List<String> uuids = new ArrayList<>();
    if (call(management, "nvmlDeviceGetCount_v2", count) == SUCCESS) {
      for (int index = 0; index < count.getValue(); index++) {
        PointerByReference device = new PointerByReference();
        byte[] uuid = new byte[NAME_LENGTH];
        boolean told =
            call(management, "nvmlDeviceGetHandleByIndex_v2", index, device) == SUCCESS
                && call(management, "nvmlDeviceGetUUID", device.getValue(), uuid, NAME_LENGTH)
                    == SUCCESS;
        uuids.add(told ? text(uuid) : "");
      }
    }
    call(management, "nvmlShutdown");
    return List.copyOf(uuids);
  }

  /**
   * The version of cuDNN in this process, {@code 9.7.1}, or an empty text.
   *
   * @param library file of the library, or its name
   */
  static String cudnn(String library) {
    return library(library)
        .flatMap(cudnn -> function(cudnn, "cudnnGetVersion"))
        .map(
            version -> {
              long number =
                  ((NativeLong) version.invoke(NativeLong.class, new Object[0])).longValue();
              return number >= 90_000
                  ? String.format(
                      Locale.ROOT, "%d.%d.%d", number / 10_000, number / 100 % 100, number % 100)
                  : String.format(
                      Locale.ROOT, "%d.%d.%d", number / 1000, number / 100 % 10, number % 100);
            })
        .orElse("");
  }

  private static String text(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.US_ASCII);
  }

  private static Optional<Function> function(NativeLibrary library, String name) {
    try {
      return Optional.of(library.getFunction(name));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty(); // an older one
    }
  }

  private static int call(NativeLibrary library, String name, Object... arguments) {
    return function(library, name).map(found -> found.invokeInt(arguments)).orElse(-1);
  }
}
