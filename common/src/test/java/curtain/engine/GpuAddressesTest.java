package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses of schedulers, on machines that are pretended. */
@Tag("fast")
final class GpuAddressesTest {
  private static final String A = "aaaaaaaa-0000-0000-0000-000000000001";
  private static final String B = "bbbbbbbb-0000-0000-0000-000000000002";
  private static final String C = "cccccccc-0000-0000-0000-000000000003";
  private static final String D = "cccccccc-0000-0000-0000-000000000004";

  /** As nvidia-smi counts. */
  private static final List<String> MACHINE =
      List.of("GPU-" + A, "GPU-" + B, "GPU-" + C, "GPU-" + D);

  /** CUDA has the fastest first. */
  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "1, 0",
    "2, 1",
    "3, 3",
    "' 1 ', 0",
    "GPU-" + B + ", 0",
    "GPU-" + A + ", 2",
    "GPU-AAAA, 2",
    "gpu-bbbb, 0",
    "GPU-" + D + ", 3",
  })
  void indicesAreNvidiaSmisAndOrdinalsCudas(String address, int ordinal) {
    GpuAddresses all = new GpuAddresses(MACHINE, List.of(B, C, A, D), null);
    assertEquals(ordinal, all.ordinal(address));
  }

  /** With CUDA_VISIBLE_DEVICES=3,1, say; CUDA counts what is left from 0. */
  @Test
  void whatCudaHidesIsRefusedAndTheRestCounted() {
    GpuAddresses some = new GpuAddresses(MACHINE, List.of(D, B), "3,1");
    assertEquals(0, some.ordinal("3"));
    assertEquals(1, some.ordinal("1"));
    assertEquals(1, some.ordinal("GPU-" + B));
    String message = refused(some, "2");
    assertTrue(
        message.startsWith(
            "GPU 2 (GPU-"
                + C
                + ") was assigned to this task, and is none of the 2 that CUDA shows"
                + " to this process (CUDA_VISIBLE_DEVICES=3,1)"),
        message);
    assertTrue(refused(some, "GPU-" + A).startsWith("GPU-" + A + " was assigned"), message);
  }

  /** Of a container, in which nvidia-smi counts from 0 too. */
  @Test
  void aPartOfAGpuHasAUuidOfItsOwn() {
    GpuAddresses part = new GpuAddresses(List.of("GPU-" + A), List.of(B), "MIG-" + B);
    assertEquals(0, part.ordinal("MIG-" + B));
    assertTrue(refused(part, "0").contains("CUDA_VISIBLE_DEVICES=MIG-"));
  }

  /** Where the library of nvidia-smi is missing. */
  @ParameterizedTest
  @CsvSource({"'', 0, 0", "'', 1, 1", "'4,7', 7, 1", "'4, 7', 4, 0"})
  void withoutNvidiaSmiIndicesAreThoseOfTheVariable(String visible, String address, int ordinal) {
    assertEquals(ordinal, new GpuAddresses(List.of(), List.of(A, B), visible).ordinal(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 2 | GPU 2 was assigned",
        "'4,7' | 5 | GPU 5 was assigned",
        "'' | gpu0 | neither an index, 0 say, nor a UUID",
        "'' | -1 | neither an index",
        "'' | GPU- | GPU- was assigned",
      })
  void othersAreRefused(String visible, String address, String message) {
    String said = refused(new GpuAddresses(List.of(), List.of(A, B), visible), address);
    assertTrue(said.contains(message), said);
  }

  @Test
  void anIndexBeyondTheMachineAndABeginningOfTwoUuidsAreRefused() {
    GpuAddresses all = new GpuAddresses(MACHINE, List.of(A, B, C, D), "");
    assertTrue(
        refused(all, "4").startsWith("GPU 4 was assigned to this task, and the machine has 4"));
    assertTrue(refused(all, "GPU-cccc").contains("is the beginning of 2 UUIDs"));
  }

  private static String refused(GpuAddresses addresses, String address) {
    return assertThrows(IllegalArgumentException.class, () -> addresses.ordinal(address))
        .getMessage();
  }
}
