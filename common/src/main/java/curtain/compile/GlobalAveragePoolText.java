package curtain.compile;

import curtain.network.Operation;
import java.util.List;

/** A mean over all positions. */
record GlobalAveragePoolText(Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = %s", at.value(), mean());
  }

  private String mean() {
    return "torch.mean(" + at.from() + ", [2, 3])";
  }

  @Override
  public void backward(BackwardPass pass) {
    List<Integer> shape = at.before().shape();
    int positions = shape.get(1) * shape.get(2);
    String to = pass.fresh(at.input());
    pass.method()
        .line(
            "%s = torch.expand(torch.view(torch.div(%s, %d.), [-1, %d, 1, 1]), [-1, %d, %d, %d])",
            to,
            pass.gradient(at.index()),
            positions,
            shape.get(0),
            shape.get(0),
            shape.get(1),
            shape.get(2));
    pass.contribute(at.input(), to, false);
  }

  /**
   * Adds the seed of SqueezeNet's end, a mean behind a convolution 1 x 1 and its ReLU. A logit's
   * gradient there is zero in all channels but one, so all three are passed at once.
   */
  @Override
  public void seed(BackwardPass pass) {
    if (!(at.before().operation() instanceof Operation.Relu relu)
        || !(at.before().before().operation() instanceof Operation.Convolution classifier)
        || classifier.kernel() != 1
        || classifier.stride() != 1
        || classifier.padding() != 0) {
      OperationText.super.seed(pass);
      return;
    }
    Place convolution = at.before().before();
    String to = pass.begin(convolution.input());
    pass.method()
        .line(
            "%s = self._%s(%s, targets, %s, rows, %s)",
            to,
            pass.hardAt(relu) ? "hard_seed" : "seed",
            convolution.value(),
            pass.method().constant(convolution.named("weight")),
            pass.hardAt(relu) ? pass.gating().copies() : BackwardPass.temperature(at.before()));
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method().line("x%d = self._positions(x%d)", at.index(), at.input());
  }

  @Override
  public boolean uniform(boolean inputs) {
    return inputs;
  }

  @Override
  public long cost(long read, long made) {
    return read;
  }

  @Override
  public String eager(EagerPass pass) {
    return mean();
  }
}
