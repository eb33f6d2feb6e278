package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** The temperature of the ReLU channels that feed a max-pool, (M, 1 or C, 1, 1). */
record FeedingTemperature(Place at) implements Operation.Visitor<String> {
  /**
   * The temperature as an expression of TorchScript.
   *
   * @param at what the max-pool reads
   * @throws IllegalArgumentException if that is neither a ReLU nor a concatenation of ReLUs
   */
  static String of(Place at) {
    return at.operation().accept(new FeedingTemperature(at));
  }

  @Override
  public String relu(Operation.Relu relu) {
    return BackwardPass.temperature(at);
  }

  @Override
  public String concat(Operation.Concat concat) {
    List<String> parts =
        at.inputs().stream()
            .map(input -> new Place(at.network(), input))
            .map(
                part ->
                    String.format(
                        Locale.ROOT,
                        "torch.expand(%s, [-1, %d, -1, -1])",
                        of(part),
                        part.channels()))
            .toList();
    return "torch.cat([" + String.join(", ", parts) + "], 1)";
  }

  private IllegalArgumentException none() {
    return new IllegalArgumentException(
        "no ReLU feeds the max-pool behind node " + at.index() + ": softmax pools have its T");
  }

  @Override
  public String input(Operation.Input input) {
    throw none();
  }

  @Override
  public String affine(Operation.Affine affine) {
    throw none();
  }

  @Override
  public String convolution(Operation.Convolution convolution) {
    throw none();
  }

  @Override
  public String linear(Operation.Linear linear) {
    throw none();
  }

  @Override
  public String maxPool(Operation.MaxPool pool) {
    throw none();
  }

  @Override
  public String averagePool(Operation.AveragePool pool) {
    throw none();
  }

  @Override
  public String globalAveragePool(Operation.GlobalAveragePool pool) {
    throw none();
  }

  @Override
  public String flatten(Operation.Flatten flatten) {
    throw none();
  }

  @Override
  public String add(Operation.Add add) {
    throw none();
  }

  @Override
  public String subsample(Operation.Subsample subsample) {
    throw none();
  }
}
