package curtain.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Architectures: names, layers, and what they say of state dicts that do not fit. */
@Tag("fast")
final class ArchitectureTest {
  @Test
  void namesAreThoseOfTheSpecification() {
    assertEquals(
        "resnet18 resnet34 resnet50 resnet101 resnet152 vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn"
            + " vgg19 vgg19_bn densenet121 densenet161 densenet169 densenet201 squeezenet1_0"
            + " squeezenet1_1 alexnet cifar_resnet20 cifar_resnet32 cifar_resnet44 cifar_resnet56"
            + " cifar_resnet110 demo_cnn",
        String.join(" ", Architecture.names()));
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Architecture.of("resnet51"));
    assertTrue(e.getMessage().contains("'resnet51'"), e.getMessage());
    assertTrue(e.getMessage().contains("resnet50, resnet101"), e.getMessage());
  }

  /** Numbers of parameters as torchvision documents them, without running statistics. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "vgg11, 132863336",
    "vgg11_bn, 132868840",
    "vgg13, 133047848",
    "vgg13_bn, 133053736",
    "vgg16, 138357544",
    "vgg16_bn, 138365992",
    "vgg19, 143667240",
    "vgg19_bn, 143678248",
    "densenet121, 7978856",
    "densenet161, 28681000",
    "densenet169, 14149480",
    "densenet201, 20013928",
    "squeezenet1_0, 1248424",
    "squeezenet1_1, 1235496",
    "alexnet, 61100840",
    "cifar_resnet20, 269722",
    "cifar_resnet32, 464154",
    "cifar_resnet44, 658586",
    "cifar_resnet56, 853018",
    "cifar_resnet110, 1727962",
    "demo_cnn, 42906"
  })
  void asksForAllParameters(String name, long parameters) {
    long sum =
        RandomNetworks.shapes(name).entrySet().stream()
            .filter(entry -> !entry.getKey().contains("running_"))
            .mapToLong(
                entry ->
                    java.util.Arrays.stream(entry.getValue())
                        .asLongStream()
                        .reduce(1, (a, b) -> a * b))
            .sum();
    assertEquals(parameters, sum);
  }

  /** One error names what is missing, what has another shape and what nobody asked for. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "squeezenet1_0", "densenet121", "cifar_resnet20"})
  void listsEverythingThatDoesNotFit(String name) throws WeightsException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(RandomNetworks.stateDict(name, 1).tensors());
    List<String> keys = List.copyOf(tensors.keySet());
    String missing = keys.get(2);
    String another = keys.get(5);
    String misshaped = keys.get(3);
    tensors.remove(missing);
    tensors.remove(another);
    tensors.put(misshaped, Tensor.of(new int[] {2, 1}, new float[2]));
    tensors.put("surplus.weight", Tensor.of(new int[] {1}, new float[1]));
    String message = RandomNetworks.problems(name, tensors);
    assertTrue(message.contains("random.pth"), message);
    assertTrue(message.contains("not those of " + name), message);
    assertTrue(message.contains("2 missing (" + missing + ", " + another + ")"), message);
    assertTrue(message.contains("1 misshaped (" + misshaped + " is [2, 1], not ["), message);
    assertTrue(message.contains("1 unexpected (surplus.weight)"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void countersOfBatchesAreOptional() throws WeightsException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(RandomNetworks.stateDict("cifar_resnet20", 1).tensors());
    tensors.put("bn1.num_batches_tracked", Tensor.of(new int[0], new float[] {3}));
    RandomNetworks.network("cifar_resnet20", StateDict.of(tensors));
  }

  @Test
  void oldKeysOfDenseNetAreAccepted() throws WeightsException {
    Map<String, Tensor> old = new LinkedHashMap<>();
    RandomNetworks.stateDict("densenet121", 1)
        .tensors()
        .forEach(
            (key, tensor) ->
                old.put(
                    key.replaceAll("(denselayer\\d+\\.(?:norm|conv))([12])\\.", "$1.$2."), tensor));
    assertTrue(old.containsKey("features.denseblock1.denselayer1.norm.1.running_mean"));
    assertTrue(old.containsKey("features.denseblock4.denselayer16.conv.2.weight"));
    Network network = RandomNetworks.network("densenet121", StateDict.of(old));
    assertEquals(1000, network.classes());
  }

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, linear, 100",
    "squeezenet1_1, classifier.1, 10",
    "resnet18, fc, 7",
    "densenet121, classifier, 3"
  })
  void numberOfClassesIsThatOfTheWeights(String name, String classifier, int classes)
      throws WeightsException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(RandomNetworks.stateDict(name, 1).tensors());
    int[] shape = tensors.get(classifier + ".weight").shape().clone();
    int size = tensors.get(classifier + ".weight").values().length / shape[0] * classes;
    shape[0] = classes;
    tensors.put(classifier + ".weight", Tensor.of(shape, new float[size]));
    tensors.put(classifier + ".bias", Tensor.of(new int[] {classes}, new float[classes]));
    assertEquals(classes, RandomNetworks.network(name, StateDict.of(tensors)).classes());
  }

  /** L, the gates, and the penultimate features as published. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 17, 2308096, 512",
    "resnet50, 49, 9608704, 2048",
    "densenet121, 121, 15667456, 1024",
    "squeezenet1_0, 26, 4346248, 512",
    "squeezenet1_1, 26, 2589352, 512",
    "cifar_resnet20, 19, 188416, 64",
    "cifar_resnet56, 55, 532480, 64",
    "demo_cnn, 5, 118784, 64"
  })
  void layersAndGates(String name, int layers, long gates, int features) throws WeightsException {
    Network network = RandomNetworks.of(name, 1);
    List<Integer> relus = network.indicesOf(Operation.Relu.class);
    assertEquals(layers, relus.size());
    assertEquals(gates, relus.stream().mapToLong(i -> size(network, i)).sum());
    assertEquals(features, network.nodes().get(network.penultimate()).channels());
  }

  private static long size(Network network, int node) {
    return network.nodes().get(node).shape().stream().mapToLong(d -> d).reduce(1, (a, b) -> a * b);
  }

  @Test
  void namesOfCalls() throws WeightsException {
    List<String> resNet = relus("resnet50");
    assertEquals(
        List.of("relu", "layer1.0.relu#0", "layer1.0.relu#1", "layer1.0.relu#2", "layer1.1.relu#0"),
        resNet.subList(0, 5));
    assertEquals("layer4.2.relu#2", resNet.get(48));
    List<String> basic = relus("resnet18");
    assertEquals(List.of("relu", "layer1.0.relu#0", "layer1.0.relu#1"), basic.subList(0, 3));
    List<String> denseNet = relus("densenet121");
    assertEquals("features.relu0", denseNet.get(0));
    assertEquals("features.denseblock1.denselayer1.relu1", denseNet.get(1));
    assertEquals("features.transition1.relu", denseNet.get(13));
    assertEquals("features.relu_final", denseNet.get(120));
    List<String> cifar = relus("cifar_resnet20");
    assertEquals(
        List.of("relu", "layer1.0.relu#0", "layer1.0.relu#1", "layer1.1.relu#0"),
        cifar.subList(0, 4));
    assertEquals("layer3.2.relu#1", cifar.get(18));
    List<String> squeezeNet = relus("squeezenet1_1");
    assertEquals(
        List.of(
            "features.1",
            "features.3.squeeze_activation",
            "features.3.expand1x1_activation",
            "features.3.expand3x3_activation"),
        squeezeNet.subList(0, 4));
    assertEquals("classifier.2", squeezeNet.get(25));
  }

  /** Those that the authors' code leaves hard. */
  @Test
  void functionalCalls() throws WeightsException {
    assertEquals(List.of("features.relu_final"), functional("densenet121"));
    assertEquals(relus("cifar_resnet20"), functional("cifar_resnet20"));
    assertEquals(List.of(), functional("resnet18"));
    assertEquals(List.of(), functional("squeezenet1_0"));
  }

  private static List<String> relus(String architecture) throws WeightsException {
    return calls(RandomNetworks.of(architecture, 1)).stream().map(Operation.Relu::name).toList();
  }

  private static List<String> functional(String architecture) throws WeightsException {
    return calls(RandomNetworks.of(architecture, 1)).stream()
        .filter(Operation.Relu::functional)
        .map(Operation.Relu::name)
        .toList();
  }

  private static List<Operation.Relu> calls(Network network) {
    return network.indicesOf(Operation.Relu.class).stream()
        .map(i -> (Operation.Relu) network.nodes().get(i).operation())
        .toList();
  }
}
