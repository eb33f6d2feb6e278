package curtain.jobs.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.Utils;
import curtain.engine.OneDnn;
import curtain.jobs.fixtures.Jvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What processes say of their devices: with a libtorch of a folder, and with NVIDIA's driver
 * pretended, or none.
 */
@Tag("engine")
final class DevicesTest {
  private static final String PATH = "PYTORCH_LIBRARY_PATH";

  @TempDir Path dir;

  /** JUnit warns of links that lead out of its folder. */
  @AfterEach
  void unlink() throws IOException {
    if (Files.isDirectory(dir.resolve("natives/lib"))) {
      try (Stream<Path> files = Files.list(dir.resolve("natives/lib"))) {
        for (Path file : files.filter(Files::isSymbolicLink).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private record Ended(int status, String said) {
    Ended expect(int wanted) {
      assertEquals(wanted, status, said);
      assertFalse(said.contains("\tat "), said);
      return this;
    }

    Ended says(String text) {
      assertTrue(said.contains(text), said);
      return this;
    }

    Ended saysNot(String text) {
      assertFalse(said.contains(text), said);
      return this;
    }
  }

  private Ended run(Map<String, String> environment, List<String> command) throws Exception {
    Path log = dir.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeAll(List.of(PATH, "CUDA_VISIBLE_DEVICES"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(3, TimeUnit.MINUTES), "hangs");
      return new Ended(process.exitValue(), Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
  }

  private Ended reported(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(Jvm.command(Reported.class.getName()));
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  /** The folder in which DJL has unpacked the libtorch of the class path. */
  private static Path unpacked() throws IOException {
    OneDnn.available(); // starts the engine
    try (Stream<Path> folders = Files.list(Utils.getEngineCacheDir("pytorch"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d.*-cpu-.*"))
          .filter(folder -> Files.exists(folder.resolve("libtorch.so")))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  /** A libtorch for CUDA: that of the CPU, with more in its folder. */
  private Path cuda() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("natives/lib"));
    try (Stream<Path> files = Files.list(unpacked())) {
      for (Path file :
          files.filter(each -> !each.getFileName().toString().contains("djl")).toList()) {
        Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
      }
    }
    Files.writeString(dir.resolve("natives/build-version"), "2.7.1+cu128\n");
    return folder;
  }

  /** Makes a shared library of C. */
  private Path library(Path file, String source, String... more) throws Exception {
    Path text = Files.writeString(dir.resolve(file.getFileName() + ".c"), source);
    List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-w", "-o"));
    command.addAll(List.of(file.toString(), text.toString()));
    command.addAll(List.of(more));
    try {
      Process gcc = new ProcessBuilder(command).inheritIO().start();
      assertEquals(0, gcc.waitFor());
    } catch (IOException e) {
      assumeTrue(false, "skipped: no gcc to make libraries with");
    }
    return file;
  }

  /** Where the libraries of a driver of two GPUs are. */
  private Map<String, String> driver() throws Exception {
    String source;
    try (InputStream in = getClass().getResourceAsStream("driver.c")) {
      source = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    Path folder = Files.createDirectories(dir.resolve("driver"));
    library(folder.resolve("libcuda.so.1"), source);
    library(folder.resolve("libnvidia-ml.so.1"), source);
    return Map.of("LD_LIBRARY_PATH", folder.toString());
  }

  private static boolean hasDriver() {
    return Files.exists(Path.of("/proc/driver/nvidia/version"));
  }

  @Test
  void theLibtorchOfAFolderIsUsed() throws Exception {
    Path folder = unpacked();
    List<String> command = new ArrayList<>(Jvm.command("curtain.jobs.Main"));
    command.addAll(List.of("devices", "--device", "cpu", "--natives", folder.toString()));
    run(Map.of(), command)
        .expect(0)
        .says("device    CPU, ")
        .says("libtorch  libtorch 2.7.1 (cpu) of " + folder)
        .saysNot("no GPU");
    reported(Map.of(PATH, folder.toString()), "cpu").expect(0).says("(cpu) of " + folder);
    assumeTrue(!hasDriver(), "skipped, in part: this machine has NVIDIA's driver");
    reported(Map.of(), "gpu")
        .expect(1)
        .says("device: none")
        .says("driver: none (libcuda.so.1 is not")
        .says("why: device gpu: libtorch 2.7.1 (cpu) of the class path computes on no GPU; give");
  }

  @Test
  void whatDoesNotFitIsSaidInALine() throws Exception {
    Path folder = cuda();
    Files.writeString(folder.resolve("libtorch_cuda.so"), "");
    Files.writeString(dir.resolve("natives/build-version"), "2.6.0+cu126");
    reported(Map.of(PATH, folder.toString()), "auto")
        .expect(1)
        .says("this libtorch is 2.6.0, and Curtain's libraries are made for 2.7.1");
    Files.writeString(dir.resolve("natives/build-version"), "2.7.1+cu128");
    reported(Map.of(PATH, unpacked().toString()), "auto", folder.toString())
        .expect(1)
        .says(
            "PYTORCH_LIBRARY_PATH=" + unpacked() + " in this process's environment names another");
    reported(Map.of("PYTORCH_FLAVOR", "cu121"), "auto", folder.toString())
        .expect(1)
        .says("PYTORCH_FLAVOR=cu121 in the environment, and the libtorch that was named is cu128");
  }

  @Test
  void withoutADriverTheCpuComputesOrALineSaysWhatIsMissing() throws Exception {
    assumeTrue(!hasDriver(), "skipped: this machine has NVIDIA's driver");
    Path folder = cuda();
    Files.writeString(folder.resolve("libtorch_cuda.so"), "");
    String why =
        "libtorch 2.7.1 of flavour cu128 needs NVIDIA's driver, for CUDA 12.8, and this machine has"
            + " none (libcuda.so.1)";
    reported(Map.of(), "auto", folder.toString())
        .expect(0)
        .says("device: CPU, ")
        .says("libtorch: libtorch 2.7.1 (cpu) of the class path")
        .says("no GPU: " + why);
    reported(Map.of(), "gpu", folder.toString()).expect(1).says("why: device gpu: " + why);
    reported(Map.of(PATH, folder.toString()), "auto")
        .expect(1)
        .says("PYTORCH_LIBRARY_PATH=" + folder + ": " + why + "; unset it, and give");
  }

  @Test
  void aMissingLibraryIsNamed() throws Exception {
    Map<String, String> driver = driver();
    Path folder = cuda();
    Path absent = library(dir.resolve("libcudnn.so.9"), "int cudnn;", "-Wl,-soname,libcudnn.so.9");
    library(
        folder.resolve("libtorch_cuda.so"),
        "extern int cudnn; int cuda(void) { return cudnn; }",
        absent.toString());
    Files.delete(absent);
    reported(driver, "auto", folder.getParent().toString())
        .expect(1)
        .says(
            "libtorch 2.7.1 (cu128) of "
                + folder
                + " does not load: libcudnn.so.9, which libtorch_cuda.so needs, is missing");
  }

  /** Of a name with a hash, as pytorch.org's archive has it; what follows lacks DJL's symbols. */
  @Test
  void djlFindsTheRuntimeLibraryBesideLibtorch() throws Exception {
    Map<String, String> driver = driver();
    Path folder = cuda();
    library(folder.resolve("libtorch_cuda.so"), "int cuda;");
    library(folder.resolve("libc10_cuda.so"), "int cuda;");
    library(
        folder.resolve("libcudart-c3a75b33.so.12"),
        "int cudaGetDeviceCount(int *n) { *n = 7; return 0; }"
            + " int cudaRuntimeGetVersion(int *v) { *v = 12080; return 0; }"
            + " int cudaDeviceGetAttribute(int *v, int a, int d) { *v = 9; return 0; }");
    List<String> command = new ArrayList<>(Jvm.command(CudaRuntime.class.getName()));
    command.add(folder.toString());
    run(driver, command).expect(0).says("7 GPUs, CUDA 12080");
  }

  @Test
  void addressesAreThoseOfTheDriver() throws Exception {
    Map<String, String> driver = driver();
    List<String> command = new ArrayList<>(Jvm.command(Addresses.class.getName()));
    command.addAll(List.of("0", "1", "GPU-bbbb", "2"));
    run(driver, command)
        .expect(0)
        .says("0 is 1\n")
        .says("1 is 0\n")
        .says("GPU-bbbb is 0\n")
        .says("GPU 2 was assigned to this task, and the machine has 2;");
    run(Map.of("LD_LIBRARY_PATH", driver.get("LD_LIBRARY_PATH"), "FAKE_GPUS", "-1"), command)
        .says("NVIDIA's driver, for CUDA up to 11.4, does not answer: out of order (999)");
    // a GPU, and natives that know none
    reported(driver, "auto")
        .expect(0)
        .says("driver: for CUDA up to 11.4")
        .says("device: CPU, ")
        .says("no GPU: libtorch 2.7.1 (cpu) of the class path computes on no GPU");
  }
}
