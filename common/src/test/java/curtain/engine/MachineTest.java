package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is known of the machine that a network runs on. */
@Tag("fast")
final class MachineTest {
  private static final String CPUINFO =
      """
      processor\t: 0
      vendor_id\t: GenuineIntel
      model name\t: Xeon, a name: with a colon
      flags\t\t: fpu sse4_1 avx avx2 fma avx512f unheard_of avx512_vnni

      processor\t: 1
      model name\t: another
      flags\t\t: fpu
      """;

  @Test
  void isReadOfTheFirstProcessor() {
    Machine machine =
        Machine.of(CPUINFO, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "HOME", "/"), 2, "2.7.1");
    assertEquals("Xeon, a name: with a colon", machine.processor());
    assertEquals(
        List.of("sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_vnni"), machine.instructions());
    assertEquals(Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"), machine.limits());
    assertEquals(
        "Xeon, a name: with a colon, sse4_1 avx avx2 fma avx512f avx512_vnni,"
            + " ONEDNN_MAX_CPU_ISA=AVX2, 2 threads, libtorch 2.7.1, integers as int8",
        machine.with("int8").toString());
    assertNotEquals(machine, Machine.of(CPUINFO, Map.of(), 2, "2.7.1"));
    assertEquals(machine, machine.with("int8").with(null));
  }

  @Test
  void whatTheSystemDoesNotTellIsMissing() {
    Machine machine = Machine.of("", Map.of(), 1, "2.7.1");
    assertEquals(System.getProperty("os.arch"), machine.processor());
    assertEquals(List.of(), machine.instructions());
    assertEquals(System.getProperty("os.arch") + ", 1 thread, libtorch 2.7.1", machine.toString());
    assertEquals(List.of(), new Machine("x", null, null, 1, "2", null, null).instructions());
  }

  @Test
  void thisOneHasAnEngine() {
    Machine machine = Machine.here(3);
    assertEquals(3, machine.threads());
    assertEquals("2.7.1", machine.torch());
    assertFalse(machine.processor().isEmpty());
    assertTrue(
        System.getProperty("os.name").equals("Linux") == machine.instructions().contains("avx2"),
        machine.toString());
  }
}
