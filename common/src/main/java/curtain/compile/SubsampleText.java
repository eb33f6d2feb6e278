package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** A shortcut of every second row and column, with channels of zeros. */
record SubsampleText(Operation.Subsample subsample, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = %s", at.value(), subsampled());
  }

  private String subsampled() {
    return String.format(
        Locale.ROOT,
        "torch.constant_pad_nd(%s[:, :, ::2, ::2], [0, 0, 0, 0, %2$d, %2$d], 0.)",
        at.from(),
        subsample.padding());
  }

  @Override
  public void backward(BackwardPass pass) {
    int first = subsample.padding();
    String part =
        String.format(
            Locale.ROOT,
            "%s[:, %d:%d]",
            pass.gradient(at.index()),
            first,
            first + at.before().channels());
    pass.contributeSparse(at.input(), part, 2);
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    String kept = String.format(Locale.ROOT, "x%d[:, ::2, ::2]", at.input());
    pass.method()
        .line(
            "x%1$d = torch.constant_pad_nd(%2$s, [%3$d, %3$d], 0.)",
            at.index(), pass.channels(at.input(), kept), subsample.padding());
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
    return subsampled();
  }
}
