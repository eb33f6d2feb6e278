package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What exceptions say of a GPU, and what becomes of the process. */
@Tag("fast")
final class LostDeviceTest {
  private static final String LOST = "CUDA error: an illegal memory access was encountered";

  private final List<Integer> halted = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOST + "\nCUDA kernel errors might be asynchronously reported",
        "CUDA error: device-side assert triggered",
        "CUDA error: unspecified launch failure",
        "CUDA error: uncorrectable ECC error encountered",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(handle)`"
      })
  void lost(String message) {
    assertEquals(DeviceFailure.LOST, DeviceFailure.of(new EngineException(message)));
    assertEquals(
        DeviceFailure.LOST, DeviceFailure.of(new IOException(new EngineException(message))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total capacity of 15.77 GiB",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
      })
  void outOfMemory(String message) {
    assertEquals(DeviceFailure.OUT_OF_MEMORY, DeviceFailure.of(new EngineException(message)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The following operation failed in the TorchScript interpreter.",
        "CUDA error: no kernel image is available for execution on the device"
      })
  void none(String message) {
    assertEquals(DeviceFailure.NONE, DeviceFailure.of(new EngineException(message)));
    assertDoesNotThrow(() -> LostDevice.check(new EngineException(message), true, halted::add));
    assertEquals(List.of(), halted);
  }

  /** Only the engine's word counts: a file may have any name. */
  @Test
  void otherExceptionsSayNothing() {
    assertEquals(DeviceFailure.NONE, DeviceFailure.of(new IOException(LOST)));
    assertEquals(DeviceFailure.NONE, DeviceFailure.of(new EngineException((String) null)));
    assertEquals(DeviceFailure.NONE, DeviceFailure.of(null));
  }

  @Test
  void anExecutorEnds() {
    assertThrows(
        IOException.class, () -> LostDevice.check(new EngineException(LOST), true, halted::add));
    assertEquals(List.of(70), halted);
  }

  @Test
  void theUsersProcessSaysWhatToDo() {
    EngineException cause = new EngineException(LOST + "\nmore");
    IOException said =
        assertThrows(
            IOException.class,
            () -> LostDevice.check(new IllegalStateException(cause), false, halted::add));
    assertEquals(
        "the GPU failed (" + LOST + "); run it again in a new process, which can go on", said.getMessage());
    assertEquals(List.of(), halted);
  }
}
