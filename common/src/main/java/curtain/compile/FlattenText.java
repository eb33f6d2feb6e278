package curtain.compile;

import java.util.List;

/** A flattening, from channels last to row-major. */
record FlattenText(Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = %s", at.value(), flattened());
  }

  private String flattened() {
    return "torch.flatten(" + at.from() + ", 1)";
  }

  @Override
  public void backward(BackwardPass pass) {
    List<Integer> shape = at.before().shape();
    String to = pass.fresh(at.input());
    pass.method()
        .line(
            "%s = torch.contiguous(torch.view(%s, [-1, %d, %d, %d]), memory_format=2)",
            to, pass.gradient(at.index()), shape.get(0), shape.get(1), shape.get(2));
    pass.contribute(at.input(), to, true);
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method().line("x%d = self._flat(x%d, %d)", at.index(), at.input(), at.before().channels());
  }

  @Override
  public boolean uniform(boolean inputs) {
    return false;
  }

  @Override
  public long cost(long read, long made) {
    return 0;
  }

  @Override
  public String eager(EagerPass pass) {
    return flattened();
  }
}
