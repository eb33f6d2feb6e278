package curtain.compile;

import curtain.network.Network;
import curtain.network.Operation;

/** Finds the {@link OperationText} of a node by its operation. */
record Texts(Place at) implements Operation.Visitor<OperationText> {
  /** The text of node i. */
  static OperationText of(Network network, int i) {
    Place at = new Place(network, i);
    return at.operation().accept(new Texts(at));
  }

  @Override
  public OperationText input(Operation.Input input) {
    return new InputText(at);
  }

  @Override
  public OperationText affine(Operation.Affine affine) {
    return new AffineText(affine, at);
  }

  @Override
  public OperationText convolution(Operation.Convolution convolution) {
    return new ConvolutionText(convolution, at);
  }

  @Override
  public OperationText linear(Operation.Linear linear) {
    return new LinearText(linear, at);
  }

  @Override
  public OperationText relu(Operation.Relu relu) {
    return new ReluText(relu, at);
  }

  @Override
  public OperationText maxPool(Operation.MaxPool pool) {
    return new MaxPoolText(pool, at);
  }

  @Override
  public OperationText averagePool(Operation.AveragePool pool) {
    return new AveragePoolText(pool, at);
  }

  @Override
  public OperationText globalAveragePool(Operation.GlobalAveragePool pool) {
    return new GlobalAveragePoolText(at);
  }

  @Override
  public OperationText flatten(Operation.Flatten flatten) {
    return new FlattenText(at);
  }

  @Override
  public OperationText add(Operation.Add add) {
    return new AddText(at);
  }

  @Override
  public OperationText concat(Operation.Concat concat) {
    return new ConcatText(at);
  }

  @Override
  public OperationText subsample(Operation.Subsample subsample) {
    return new SubsampleText(subsample, at);
  }
}
