package curtain.measures;

import curtain.network.Operation;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An operation with its weight tensor changed, if it is one of those that are randomised: a
 * convolution or a linear map.
 *
 * @param change gives the new weight tensor, row-major, for the old one
 */
record ChangedWeights(UnaryOperator<float[]> change)
    implements Operation.Visitor<Optional<Operation>> {

  @Override
  public Optional<Operation> convolution(Operation.Convolution c) {
    return Optional.of(
        new Operation.Convolution(
            change.apply(c.weight()),
            c.scale(),
            c.bias(),
            c.inputs(),
            c.outputs(),
            c.kernel(),
            c.stride(),
            c.padding()));
  }

  @Override
  public Optional<Operation> linear(Operation.Linear linear) {
    return Optional.of(
        new Operation.Linear(
            change.apply(linear.weight()), linear.bias(), linear.inputs(), linear.outputs()));
  }

  @Override
  public Optional<Operation> input(Operation.Input input) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> affine(Operation.Affine affine) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> relu(Operation.Relu relu) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> maxPool(Operation.MaxPool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> averagePool(Operation.AveragePool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> globalAveragePool(Operation.GlobalAveragePool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> flatten(Operation.Flatten flatten) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> add(Operation.Add add) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> concat(Operation.Concat concat) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> subsample(Operation.Subsample subsample) {
    return Optional.empty();
  }
}
