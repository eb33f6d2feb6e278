package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.compile.Target;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Environments that would change what a program's precision says. */
@Tag("fast")
final class Tf32SwitchesTest {
  private static String refused(Target target, String name, String value) {
    return assertThrows(
            IllegalArgumentException.class, () -> Tf32Switches.refuse(target, Map.of(name, value)))
        .getMessage();
  }

  private static void allowed(Target target, Map<String, String> environment) {
    assertDoesNotThrow(() -> Tf32Switches.refuse(target, environment));
  }

  @Test
  void whatContradictsIsRefused() {
    assertEquals(
        "NVIDIA_TF32_OVERRIDE=0 in the environment of the process forbids TF32, which precision"
            + " tf32 asks for; unset it",
        refused(Target.GPU_TF32, Tf32Switches.NVIDIA, "0"));
    refused(Target.GPU, Tf32Switches.NVIDIA, "1");
    refused(Target.GPU_BFLOAT16, Tf32Switches.NVIDIA, "1");
    refused(Target.GPU, Tf32Switches.PYTORCH, "1");
    refused(Target.GPU_TF32, Tf32Switches.PYTORCH, "1");
  }

  @Test
  void whatAgreesIsNot() {
    for (Target target : Target.values()) {
      allowed(target, Map.of());
      allowed(target, Map.of(Tf32Switches.PYTORCH, "0"));
    }
    allowed(Target.GPU, Map.of(Tf32Switches.NVIDIA, "0"));
    allowed(Target.GPU, Map.of(Tf32Switches.NVIDIA, "0", Tf32Switches.PYTORCH, "1"));
    allowed(Target.ANY, Map.of(Tf32Switches.NVIDIA, "1", Tf32Switches.PYTORCH, "1"));
  }
}
