package curtain.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of {@code --gate} and {@code --pool}. */
@Tag("fast")
final class GateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sigmoid",
        "softsign",
        "normal-cdf",
        "hard",
        "leaky:0",
        "leaky:0.3",
        "leaky:1",
        "leaky:1.0E-4",
        "b-silu",
        "guided",
        "deconv"
      })
  void readsWhatItWrites(String text) {
    Gate gate = Gate.parse(text);
    assertEquals(text, gate.toString());
    assertEquals(gate, Gate.parse(gate.toString()));
  }

  @Test
  void writesASlopeInOneWay() {
    assertEquals("leaky:1", Gate.parse("leaky:1.0").toString());
    assertEquals("leaky:0.5", Gate.parse("leaky:.5").toString());
    assertEquals(Gate.parse("leaky:0"), Gate.parse("leaky:0.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sigmoid",
        "relu",
        "leaky",
        "leaky:",
        "leaky:1.1",
        "leaky:-0.1",
        "leaky:-0",
        "leaky:NaN",
        "leaky:x",
        "leaky:Infinity",
        "leaky:0,3",
        " hard",
        "leaky: 0.3",
        "leaky:0x1p-1",
        "leaky:0.3f",
        "bsilu"
      })
  void refusesOthers(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Gate.parse(text));
    assertTrue(e.getMessage().contains("'" + text + "'"), e.getMessage());
    assertTrue(e.getMessage().contains(Gate.VALUES), e.getMessage());
  }

  @Test
  void onlyLeakyHasASlope() {
    assertThrows(IllegalArgumentException.class, () -> new Gate(Gate.Kind.HARD, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Gate(Gate.Kind.LEAKY, 2));
    assertThrows(IllegalArgumentException.class, () -> new Gate(Gate.Kind.LEAKY, Double.NaN));
  }

  @Test
  void threeHaveATemperature() {
    List<Gate> three = List.of(Gate.SIGMOID, Gate.SOFTSIGN, Gate.NORMAL_CDF);
    assertTrue(three.stream().allMatch(Gate::hasTemperature));
    assertFalse(three.stream().anyMatch(Gate::isBaseline));
    List<Gate> others = List.of(Gate.HARD, Gate.parse("leaky:0.3"));
    assertFalse(others.stream().anyMatch(gate -> gate.hasTemperature() || gate.isBaseline()));
    List<Gate> baselines = List.of(Gate.B_SILU, Gate.GUIDED, Gate.DECONV);
    assertFalse(baselines.stream().anyMatch(Gate::hasTemperature));
    assertTrue(baselines.stream().allMatch(Gate::isBaseline));
  }

  @ParameterizedTest
  @EnumSource(PoolGate.class)
  void poolsReadWhatTheyWrite(PoolGate pool) {
    assertEquals(pool, PoolGate.parse(pool.toString()));
  }

  @Test
  void refusesOtherPools() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PoolGate.parse("max"));
    assertEquals("pool 'max' is not one of softmax, hard", e.getMessage());
  }
}
