package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** An average pool whose windows tile the input. */
record AveragePoolText(Operation.AveragePool pool, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = %s", at.value(), pooled());
  }

  private String pooled() {
    return String.format(
        Locale.ROOT, "torch.avg_pool2d(%s, [%2$d, %2$d])", at.from(), pool.kernel());
  }

  @Override
  public void backward(BackwardPass pass) {
    List<Integer> shape = at.before().shape();
    String to = pass.fresh(at.input());
    pass.method()
        .line(
            "%s = torch.upsample_nearest2d(torch.mul(%s, %s), [%d, %d])",
            to,
            pass.gradient(at.index()),
            1.0 / (pool.kernel() * pool.kernel()),
            shape.get(1),
            shape.get(2));
    pass.contribute(at.input(), to, true);
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method()
        .line("x%1$d = self._windows(x%2$d, %3$d, %3$d, 0)", at.index(), at.input(), pool.kernel());
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
    return pooled();
  }
}
