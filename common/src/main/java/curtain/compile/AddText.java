package curtain.compile;

import java.util.List;

/** A sum of two inputs. */
record AddText(Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    String add = pass.free().contains(at.input()) ? "add_" : "add";
    pass.method().line("%s = %s", at.value(), sum(add));
  }

  private String sum(String add) {
    return "torch." + add + "(" + String.join(", ", at.values()) + ")";
  }

  @Override
  public void backward(BackwardPass pass) {
    for (int input : at.inputs()) {
      pass.contribute(input, pass.gradient(at.index()), false);
    }
  }

  @Override
  public void path(PathPass pass) {
    int i = at.index();
    pass.alignScales(at);
    pass.method()
        .line(
            "x%1$d, s%1$d = self._scaled(torch.add(%2$s, %3$s), s%1$d)",
            i, PathPass.atScale(at.input(), i), PathPass.atScale(at.inputs().get(1), i));
  }

  @Override
  public boolean uniform(boolean inputs) {
    return inputs;
  }

  @Override
  public long cost(long read, long made) {
    return made;
  }

  @Override
  public String eager(EagerPass pass) {
    return sum("add");
  }
}
