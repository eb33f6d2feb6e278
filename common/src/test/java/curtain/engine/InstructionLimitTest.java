package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where oneDNN is held to fewer instruction sets, and that convolutions are right then. */
@Tag("numbers")
@Tag("fast")
final class InstructionLimitTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "cpu0/cache/index0, AuthenticAMD, avx2 avx512f, false",
    "cpu0/cache, AuthenticAMD, avx2 avx512f, true",
    "cpu0, AuthenticAMD, avx avx2, true",
    "cpu0, AuthenticAMD, avx, false",
    "cpu0, GenuineIntel, avx2 avx512f, false",
    ".., AuthenticAMD, avx2 avx512f, false",
  })
  void isNeededWhereAnAmdProcessorsCachesAreHidden(
      String told, String vendor, String flags, boolean needed) throws IOException {
    Files.createDirectories(root.resolve("sys/devices/system/cpu").resolve(told).normalize());
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        root.resolve("proc/cpuinfo"), "vendor_id\t: " + vendor + "\nflags\t\t: " + flags + "\n");
    assertEquals(needed, InstructionLimit.isNeeded(root));
  }

  @Test
  void isNotNeededWhereNothingIsKnown() throws IOException {
    Files.createDirectories(root.resolve("sys/devices/system/cpu/cpu0"));
    assertEquals(false, InstructionLimit.isNeeded(root));
  }

  @Test
  void convolutionsAreRight() {
    assertDoesNotThrow(ConvolutionCheck::pass);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, Double.POSITIVE_INFINITY, Double.NaN})
  void convolutionsThatAreWrongAreRefused(double error) {
    String message =
        assertThrows(IOException.class, () -> ConvolutionCheck.refuse(error)).getMessage();
    assertTrue(
        message.endsWith(
            "set ONEDNN_MAX_CPU_ISA=AVX in the environment of all processes,"
                + " or use another machine"),
        message);
    assertDoesNotThrow(() -> ConvolutionCheck.refuse(1e-3));
  }
}
