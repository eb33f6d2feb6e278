package curtain.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.network.Network.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is no network is refused when it is made, by a message that names the node. */
@Tag("fast")
final class NetworkTest {
  private static final List<Integer> IMAGE = List.of(3, 6, 6);

  private final List<Node> nodes = new ArrayList<>();

  @Test
  void everyOperationHasItsShape() {
    add(new Operation.Input(6));
    add(new Operation.Affine(new double[3], new double[3]), 0);
    add(convolution(3, 4, 3, 1, 1), 1);
    add(new Operation.Relu("relu", false), 2);
    add(new Operation.MaxPool("pool", 3, 2, 0, true), 3);
    add(new Operation.AveragePool(2), 3);
    add(new Operation.Concat(), 4, 5);
    add(new Operation.Subsample(2), 3);
    add(convolution(4, 8, 2, 2, 0), 3);
    add(new Operation.Add(), 7, 8);
    add(new Operation.Concat(), 6, 9);
    add(new Operation.Flatten(), 10);
    add(linear(144, 3), 11);
    assertEquals(
        List.of(
            IMAGE,
            IMAGE,
            List.of(4, 6, 6),
            List.of(4, 6, 6),
            List.of(4, 3, 3),
            List.of(4, 3, 3),
            List.of(8, 3, 3),
            List.of(8, 3, 3),
            List.of(8, 3, 3),
            List.of(8, 3, 3),
            List.of(16, 3, 3),
            List.of(144),
            List.of(3)),
        nodes.stream().map(Node::shape).toList());
    Network network = new Network("tiny", nodes, 11);
    assertEquals(6, network.imageSize());
    assertEquals(3, network.classes());
  }

  /** A ceiling where the last window begins within the image or the padding before it. */
  @Test
  void maxPoolsFollowPyTorch() {
    assertEquals(4, pooled(9, 2, 2, 0, false));
    assertEquals(5, pooled(9, 2, 2, 0, true));
    assertEquals(4, pooled(10, 3, 2, 0, false));
    assertEquals(5, pooled(10, 3, 2, 0, true));
    assertEquals(4, pooled(9, 3, 2, 0, true));
    assertEquals(5, pooled(9, 3, 2, 1, true));
    assertEquals(3, pooled(9, 2, 3, 0, true));
    assertEquals(4, pooled(10, 2, 3, 0, true));
    assertEquals(4, pooled(10, 2, 3, 1, false));
    assertEquals(4, pooled(11, 2, 3, 1, true));
  }

  private static int pooled(int size, int kernel, int stride, int padding, boolean ceil) {
    Operation pool = new Operation.MaxPool("pool", kernel, stride, padding, ceil);
    List<Integer> shape = pool.shape(List.of(List.of(1, size, size)));
    assertEquals(shape.get(1), shape.get(2));
    return shape.get(1);
  }

  @Test
  void theImageIsFirst() {
    assertRefused("a network has nodes");
    put(new Operation.Relu("relu", false), IMAGE);
    assertRefused("node 0, Relu, reads 1 input, not 0");
    put(new Operation.Input(6), IMAGE);
    put(new Operation.Input(6), IMAGE);
    assertRefused("node 1, Input, is not where the one image belongs, first");
    put(new Operation.Input(6), IMAGE, 0);
    assertRefused("node 0, Input, reads node 0, which is not before");
  }

  @Test
  void inputsComeBefore() {
    put(new Operation.Input(6), IMAGE);
    put(new Operation.Flatten(), List.of(108), 2);
    put(linear(108, 2), List.of(2), 1);
    assertRefused("node 1, Flatten, reads node 2, which is not before");
    put(new Operation.Input(6), IMAGE);
    put(new Operation.Relu("relu", false), IMAGE, -1);
    assertRefused("node 1, Relu, reads node -1, which is not before");
  }

  @Test
  void operationsReadAsManyAsTheyTake() {
    behindImage(new Operation.Add(), 0);
    assertRefused("node 1, Add, reads 2 inputs, not 1");
    behindImage(new Operation.Relu("relu", false), 0, 0);
    assertRefused("node 1, Relu, reads 1 input, not 2");
    behindImage(new Operation.Concat());
    assertRefused("node 1, Concat, reads at least one input, not 0");
  }

  @Test
  void shapesFit() {
    behindImage(convolution(4, 2, 3, 1, 1), 0);
    assertRefused("node 1, Convolution, reads 4 channels, not [3, 6, 6]");
    behindImage(convolution(3, 2, 9, 1, 1), 0);
    assertRefused("node 1, Convolution, has windows of 9 on 6 with padding 1");
    behindImage(convolution(3, 2, 3, 0, 1), 0);
    assertRefused("node 1, Convolution, has kernel 3, stride 0 and padding 1");
    behindImage(new Operation.Affine(new double[2], new double[2]), 0);
    assertRefused("node 1, Affine, reads 2 channels, not [3, 6, 6]");
    behindImage(linear(108, 2), 0);
    assertRefused("node 1, Linear, reads [108], not [3, 6, 6]");
    behindImage(new Operation.MaxPool("pool", 2, 2, 2, false), 0);
    assertRefused("node 1, MaxPool, has padding 2, more than half of its window of 2");
    behindImage(new Operation.AveragePool(4), 0);
    assertRefused("node 1, AveragePool, has windows of 4, which do not tile [3, 6, 6]");
    behindImage(new Operation.Subsample(-1), 0);
    assertRefused("node 1, Subsample, has padding -1");
    add(new Operation.Input(6));
    add(new Operation.AveragePool(2), 0);
    put(new Operation.Add(), IMAGE, 0, 1);
    assertRefused("node 2, Add, cannot add [3, 6, 6] and [3, 3, 3]");
    add(new Operation.Input(6));
    add(new Operation.AveragePool(2), 0);
    put(new Operation.Concat(), IMAGE, 0, 1);
    assertRefused("node 2, Concat, cannot concatenate [3, 6, 6] and [3, 3, 3]");
    add(new Operation.Input(6));
    add(new Operation.Flatten(), 0);
    put(new Operation.GlobalAveragePool(), List.of(3), 1);
    assertRefused("node 2, GlobalAveragePool, reads (C, H, W), not [108]");
  }

  @Test
  void nodesHaveTheShapeThatFollows() {
    put(new Operation.Input(6), List.of(3, 6, 7));
    assertRefused("node 0, Input, has the shape [3, 6, 6], not [3, 6, 7]");
    add(new Operation.Input(6));
    put(convolution(3, 2, 3, 2, 1), List.of(2, 6, 6), 0);
    assertRefused("node 1, Convolution, has the shape [2, 3, 3], not [2, 6, 6]");
    add(new Operation.Input(6));
    add(new Operation.Flatten(), 0);
    add(linear(108, 0), 1);
    assertRefused("node 2, Linear, has nothing in its shape [0]");
  }

  @Test
  void weightsHaveTheirSizes() {
    add(new Operation.Input(6));
    add(new Operation.Flatten(), 0);
    add(new Operation.Linear(new float[215], new float[2], 108, 2), 1);
    assertRefused("node 2, Linear, has arrays of other sizes than its own");
    add(new Operation.Input(6));
    add(new Operation.Convolution(new float[54], new double[2], new double[1], 3, 2, 3, 1, 1), 0);
    assertRefused("node 1, Convolution, has arrays of other sizes than its own");
    behindImage(new Operation.Affine(new double[3], new double[2]), 0);
    assertRefused("node 1, Affine, has arrays of other sizes than its own");
  }

  @Test
  void everyNodeHasAPart() {
    add(new Operation.Input(6));
    add(new Operation.Relu("relu", false), 0);
    add(new Operation.Flatten(), 0);
    add(linear(108, 2), 2);
    assertRefused("node 1, Relu, is read by no other");
  }

  @Test
  void theLastNodeIsTheLogits() {
    add(new Operation.Input(6));
    add(new Operation.Relu("relu", false), 0);
    assertRefused("node 1, Relu, is the last and has no logits but the shape [3, 6, 6]");
    add(new Operation.Input(6));
    add(new Operation.GlobalAveragePool(), 0);
    assertEquals(
        "the penultimate node, 2, is none",
        assertThrows(IllegalArgumentException.class, () -> new Network("tiny", nodes, 2))
            .getMessage());
  }

  /** Node by node, where the mistake is. */
  @Test
  void buildersAreToldAtOnce() {
    add(new Operation.Input(6));
    assertEquals(
        "node 1, AveragePool, has windows of 4, which do not tile [3, 6, 6]",
        assertThrows(IllegalArgumentException.class, () -> add(new Operation.AveragePool(4), 0))
            .getMessage());
  }

  private static Operation convolution(
      int inputs, int outputs, int kernel, int stride, int padding) {
    float[] weight = new float[outputs * inputs * kernel * kernel];
    double[] each = new double[outputs];
    return new Operation.Convolution(weight, each, each, inputs, outputs, kernel, stride, padding);
  }

  private static Operation linear(int inputs, int outputs) {
    return new Operation.Linear(new float[outputs * inputs], new float[outputs], inputs, outputs);
  }

  private void add(Operation operation, Integer... inputs) {
    nodes.add(Node.behind(nodes, operation, List.of(inputs)));
  }

  private void put(Operation operation, List<Integer> shape, Integer... inputs) {
    nodes.add(new Node(operation, List.of(inputs), shape));
  }

  private void behindImage(Operation operation, Integer... inputs) {
    add(new Operation.Input(6));
    put(operation, IMAGE, inputs);
  }

  /** Refuses the nodes, and forgets them. */
  private void assertRefused(String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> new Network("tiny", nodes, 0))
            .getMessage());
    nodes.clear();
  }
}
