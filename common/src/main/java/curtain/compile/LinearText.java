package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** A linear map. */
record LinearText(Operation.Linear linear, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of(weight(), Constant.vector(at.named("bias"), linear.outputs(), this::bias));
  }

  private Constant weight() {
    return Constant.matrix(
        at.named("weight"), linear.outputs(), linear.inputs(), j -> linear.weight()[j]);
  }

  private double bias(int output) {
    return linear.bias()[output];
  }

  @Override
  public void forward(ForwardPass pass) {
    Method method = pass.method();
    method.line(
        "%s = self._linear(%s, %s, %s)",
        at.value(),
        at.from(),
        method.constant(at.named("weight")),
        method.constant(at.named("bias")));
  }

  @Override
  public void backward(BackwardPass pass) {
    String to = pass.fresh(at.input());
    pass.method()
        .line(
            "%s = %s",
            to,
            pass.method()
                .product(pass.gradient(at.index()), pass.method().constant(at.named("weight"))));
    pass.contribute(at.input(), to, true);
  }

  @Override
  public void seed(BackwardPass pass) {
    pass.method()
        .line(
            "%s = torch.index_select(%s, 0, rows)",
            pass.begin(at.input()), pass.method().constant(at.named("weight")));
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.sum(at.input(), at.value(), 1);
    pass.affine(at);
  }

  @Override
  public boolean uniform(boolean inputs) {
    return true;
  }

  @Override
  public long cost(long read, long made) {
    return read + made;
  }

  @Override
  public String eager(EagerPass pass) {
    pass.constants().add(weight());
    String bias = pass.vector(at.named("bias"), linear.outputs(), this::bias);
    String weight = pass.method().constant(at.named("weight"));
    return String.format(Locale.ROOT, "torch.linear(%s, %s, %s)", at.from(), weight, bias);
  }
}
