package curtain.compile;

import java.util.List;

/** A concatenation of channels. */
record ConcatText(Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = %s", at.value(), together());
  }

  private String together() {
    return "torch.cat([" + String.join(", ", at.values()) + "], 1)";
  }

  @Override
  public void backward(BackwardPass pass) {
    int from = 0;
    for (int part : at.inputs()) {
      int channels = at.network().nodes().get(part).channels();
      String to = pass.fresh(part);
      pass.method().line("%s = %s[:, %d:%d]", to, pass.gradient(at.index()), from, from + channels);
      pass.contribute(part, to, false);
      from += channels;
    }
  }

  @Override
  public void path(PathPass pass) {
    int i = at.index();
    pass.alignScales(at);
    List<String> parts =
        at.inputs().stream().map(part -> pass.channels(part, PathPass.atScale(part, i))).toList();
    pass.method().line("x%d = torch.cat([%s], 3)", i, String.join(", ", parts));
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
    return together();
  }
}
