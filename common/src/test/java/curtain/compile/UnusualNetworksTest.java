package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks that no backward pass can be written for are refused when they are compiled. */
@Tag("fast")
final class UnusualNetworksTest {
  private static final CompileOptions HARD_POOLS =
      new CompileOptions(Gate.SIGMOID, PoolGate.HARD, false, Precision.FLOAT32);

  private static final String LOGITS =
      "logits are a linear map's, or the means of the ReLU of a convolution 1 x 1";

  @Test
  void softmaxPoolsHaveTheTemperatureOfReLUs() {
    Graphs graph = new Graphs(6);
    int x = graph.maxPool(graph.convolution(0, 4, 3, 1, 1), 2, 2, 0, false, 3);
    Network network = graph.classify(x);
    Compiler.compile(network, HARD_POOLS);
    assertEquals(
        "no ReLU feeds the max-pool behind node 1: softmax pools have its T",
        assertThrows(
                IllegalArgumentException.class,
                () -> Compiler.compile(network, CompileOptions.DEFAULT))
            .getMessage());
  }

  @Test
  void softmaxPoolsOfPartsToo() {
    Graphs graph = new Graphs(6);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    int parts = graph.concat(x, graph.convolution(x, 2, 1, 1, 0));
    Network network = graph.classify(graph.maxPool(parts, 2, 2, 0, false, 3));
    assertEquals(
        "no ReLU feeds the max-pool behind node 3: softmax pools have its T",
        assertThrows(
                IllegalArgumentException.class,
                () -> Compiler.compile(network, CompileOptions.DEFAULT))
            .getMessage());
  }

  @Test
  void logitsAreMeansOfTheReLUOfAConvolutionOnly() {
    Graphs bare = new Graphs(6);
    bare.globalAveragePool(bare.convolution(0, Graphs.CLASSES, 1, 1, 0));
    assertRefused(bare.end(0));
    Graphs wide = new Graphs(6);
    wide.globalAveragePool(wide.relu(wide.convolution(0, Graphs.CLASSES, 3, 1, 1)));
    assertRefused(wide.end(0));
    Graphs image = new Graphs(6);
    image.globalAveragePool(image.relu(image.unit(0)));
    assertRefused(image.end(0));
    Graphs relu = new Graphs(6);
    relu.relu(relu.linear(relu.flatten(0), Graphs.CLASSES));
    assertRefused(relu.end(0));
  }

  private static void assertRefused(Network network) {
    assertEquals(
        LOGITS,
        assertThrows(
                IllegalArgumentException.class,
                () -> Compiler.compile(network, CompileOptions.DEFAULT))
            .getMessage());
  }

  @Test
  void aPreActivationHasOneUser() {
    Graphs graph = new Graphs(6);
    int z = graph.convolution(0, 4, 3, 1, 1);
    Network network = graph.classify(graph.sum(graph.relu(z), z));
    assertEquals(
        "a pre-activation has one user, its ReLU; node 1 has 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> Compiler.compile(network, CompileOptions.DEFAULT))
            .getMessage());
  }
}
