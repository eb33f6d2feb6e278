package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** A map of each channel: the normalisation of the image, or a BatchNorm that is not folded. */
record AffineText(Operation.Affine affine, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of(
        Constant.channels(at.named("scale"), at.channels(), c -> affine.scale()[c]),
        Constant.channels(at.named("shift"), at.channels(), c -> affine.shift()[c]));
  }

  @Override
  public void forward(ForwardPass pass) {
    Method method = pass.method();
    method.line(
        "%s = torch.addcmul(%s, %s, %s)",
        at.value(),
        method.constant(at.named("shift")),
        at.from(),
        method.constant(at.named("scale")));
  }

  @Override
  public void backward(BackwardPass pass) {
    String to = pass.fresh(at.input());
    pass.method()
        .line(
            "%s = torch.%s(%s, %s)",
            to,
            pass.owns(at.index()) ? "mul_" : "mul",
            pass.gradient(at.index()),
            pass.method().constant(at.named("scale")));
    pass.contribute(at.input(), to, true);
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method().line("x%d = x%d", at.index(), at.input());
    if (!normalises()) {
      pass.affine(at);
    }
  }

  /** Whether it is the normalisation of the image, which is no layer. */
  private boolean normalises() {
    return at.before().operation() instanceof Operation.Input;
  }

  @Override
  public boolean uniform(boolean inputs) {
    return inputs;
  }

  @Override
  public long cost(long read, long made) {
    return normalises() ? 0 : made;
  }

  @Override
  public String eager(EagerPass pass) {
    int channels = at.channels();
    String scale = pass.vector(at.named("scale"), channels, c -> affine.scale()[c]);
    String shift = pass.vector(at.named("shift"), channels, c -> affine.shift()[c]);
    String zero = pass.vector(at.named("zero"), channels, c -> 0);
    String one = pass.vector(at.named("one"), channels, c -> 1);
    return String.format(
        Locale.ROOT,
        "torch.batch_norm(%s, %s, %s, %s, %s, False, 0.1, 0., False)",
        at.from(),
        scale,
        shift,
        zero,
        one);
  }
}
