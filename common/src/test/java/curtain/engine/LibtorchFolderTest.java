package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What folders of a libtorch say of themselves; their libraries are empty files. */
@Tag("fast")
final class LibtorchFolderTest {
  private static final String PINNED = LibtorchFolder.pinned();

  @TempDir Path dir;

  private Path file(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path libraries(String folder, String... names) throws IOException {
    file(folder + "/libtorch.so", "");
    for (String name : names) {
      file(folder + "/" + name, "");
    }
    return dir.resolve(folder);
  }

  @Test
  void theArchiveOfPytorchOrg() throws IOException {
    Path lib =
        libraries("libtorch/lib", "libtorch_cuda.so", "libcudart-c3a75b33.so.12", "libcudnn.so.9");
    file("libtorch/build-version", PINNED + "+cu128\n");
    for (Path given : List.of(lib, lib.getParent())) {
      LibtorchFolder found = LibtorchFolder.of(given);
      assertEquals(new LibtorchFolder(lib, PINNED, "cu128"), found);
      assertTrue(found.cuda());
      assertEquals(lib.resolve("libcudart-c3a75b33.so.12"), found.runtime().orElseThrow());
      assertEquals(lib.resolve("libcudnn.so.9"), found.cudnn().orElseThrow());
    }
  }

  @Test
  void whatPipInstalls() throws IOException {
    Path lib = libraries("site/torch/lib", "libtorch_cuda.so");
    file(
        "site/torch/version.py",
        "from typing import Optional\n__version__ = '" + PINNED + "+cu128'\n");
    Path runtime = file("site/nvidia/cuda_runtime/lib/libcudart.so.12", "");
    LibtorchFolder found = LibtorchFolder.of(dir.resolve("site"));
    assertEquals(new LibtorchFolder(lib, PINNED, "cu128"), found);
    assertEquals(runtime, found.runtime().orElseThrow());
    assertTrue(found.cudnn().isEmpty());
  }

  @Test
  void whatDjlUnpacks() throws IOException {
    Path folder = libraries(PINNED + "-20250812-cpu-linux-x86_64");
    LibtorchFolder found = LibtorchFolder.of(folder);
    assertEquals(new LibtorchFolder(folder, PINNED, "cpu"), found);
    assertFalse(found.cuda());
  }

  @ParameterizedTest
  @CsvSource({"cu128, 12.8", "cu118, 11.8", "cu130, 13.0", "rocm6, rocm6"})
  void flavoursNameTheirCuda(String flavour, String version) {
    assertEquals(version, LibtorchFolder.cudaVersion(flavour));
  }

  private String refused(Path given) {
    return assertThrows(IllegalArgumentException.class, () -> LibtorchFolder.of(given))
        .getMessage();
  }

  @Test
  void versionsThatDoNotFitAreBothNamed() throws IOException {
    Path lib = libraries("other/lib", "libtorch_cuda.so");
    file("other/build-version", "2.8.0+cu128");
    assertEquals(
        "natives %s: this libtorch is 2.8.0, and Curtain's libraries are made for %s; give a libtorch %2$s"
            .formatted(lib, PINNED),
        refused(lib));
    file("other/build-version", PINNED + "+cu118");
    String flavour = refused(lib);
    assertTrue(flavour.contains("this libtorch is " + PINNED + " of flavour cu118"), flavour);
    assertTrue(flavour.contains("cpu and cu128"), flavour);
  }

  @Test
  void aFolderWithoutOneOrWithoutAVersionIsRefused() throws IOException {
    assertTrue(refused(dir).contains("no libtorch.so is in it, nor in its lib"), refused(dir));
    Path lib = libraries("bare", "libtorch_cuda.so");
    assertTrue(refused(lib).contains("write it, " + PINNED + "+cu128 say, into"), refused(lib));
    file("bare/build-version", PINNED); // of which CUDA is not said
    assertTrue(refused(lib).contains("cannot be told"), refused(lib));
    Files.delete(lib.resolve("libtorch_cuda.so"));
    assertEquals("cpu", LibtorchFolder.of(lib).flavour());
  }

  /** As DJL's jars have it. */
  @Test
  void oneInAJarIsUnpackedOnce() throws IOException {
    Properties bundled = new Properties();
    bundled.setProperty("version", PINNED + "-20250812");
    bundled.setProperty("flavor", "cu128");
    bundled.setProperty("classifier", "linux-x86_64");
    bundled.setProperty("libraries", "libtorch.so,libtorch_cuda.so,libcudart-1.so.12");
    for (String each : bundled.getProperty("libraries").split(",", -1)) {
      file("jar/pytorch/cu128/linux-x86_64/" + each, each);
    }
    Path cache = dir.resolve("cache");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    URL[] jar = {dir.resolve("jar").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(jar, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      Path folder = BundledLibtorch.unpack(bundled, cache);
      assertEquals(new LibtorchFolder(folder, PINNED, "cu128"), LibtorchFolder.of(folder));
      assertEquals("libcudart-1.so.12", Files.readString(folder.resolve("libcudart-1.so.12")));
      Files.writeString(folder.resolve("libcudart-1.so.12"), "kept");
      assertEquals(folder, BundledLibtorch.unpack(bundled, cache));
      assertEquals("kept", Files.readString(folder.resolve("libcudart-1.so.12")));
      bundled.setProperty("libraries", "libtorch.so,libmissing.so");
      bundled.setProperty("version", "0");
      String message =
          assertThrows(IllegalArgumentException.class, () -> BundledLibtorch.unpack(bundled, cache))
              .getMessage();
      assertTrue(message.contains("libmissing.so"), message);
      assertTrue(Files.notExists(cache.resolve("0-cu128-linux-x86_64")));
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void warningsAreGivenOnce() {
    String text = "computes on the CPU (" + dir + ")";
    Warnings.add(text);
    Warnings.add(text);
    assertEquals(1, Warnings.drain().stream().filter(text::equals).count());
    Warnings.add(text);
    assertFalse(Warnings.drain().contains(text));
  }
}
