package curtain.compile;

import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/** A call of a max-pool. */
record MaxPoolText(Operation.MaxPool pool, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    Method method = pass.method();
    switch (pass.mode()) {
      case FROZEN ->
          method.line("%s = self._select(%s, pools[%d])", at.value(), at.from(), at.call());
      case KEEP_SELECTIONS ->
          method.line(
              "%s, p%d = torch.max_pool2d_with_indices(%s)", at.value(), at.index(), arguments());
      case PLAIN, KEEP -> method.line("%s = torch.max_pool2d(%s)", at.value(), arguments());
    }
  }

  private String arguments() {
    return String.format(
        Locale.ROOT,
        "%s, [%2$d, %2$d], [%3$d, %3$d], [%4$d, %4$d], [1, 1], %5$s",
        at.from(),
        pool.kernel(),
        pool.stride(),
        pool.padding(),
        pool.ceilMode() ? "True" : "False");
  }

  /** Rows by which the last windows reach beyond the padded input, with ceil mode. */
  private int high() {
    return pool.overhang(at.shape().get(1), at.before().shape().get(1));
  }

  private int wide() {
    return pool.overhang(at.shape().get(2), at.before().shape().get(2));
  }

  @Override
  public void backward(BackwardPass pass) {
    int i = at.index();
    int input = at.input();
    String to = pass.fresh(input);
    String window = pool.kernel() + ", " + pool.stride() + ", " + pool.padding();
    if (pass.gating().hardPools()) {
      pass.method()
          .line(
              "%s = self._hard_pool(%s, x%d, p%d, %s, %s, %s)",
              to,
              pass.gradient(i),
              input,
              i,
              pass.gating().copies(),
              window,
              pool.ceilMode() ? "True" : "False");
    } else {
      pass.method()
          .line(
              "%s = self._softmax_pool(%s, x%d, x%d, %s, %s, %d, %d)",
              to,
              pass.gradient(i),
              input,
              i,
              FeedingTemperature.of(at.before()),
              window,
              high(),
              wide());
    }
    pass.contribute(input, to, true);
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method()
        .line(
            "x%1$d = self._both_selected(x%2$d, pools[%3$d][row:row + 1], column_pools[%3$d])",
            at.index(), at.input(), at.call());
  }

  @Override
  public boolean uniform(boolean inputs) {
    return false;
  }

  @Override
  public long cost(long read, long made) {
    return 2 * made;
  }

  @Override
  public String eager(EagerPass pass) {
    String hard = "torch.max_pool2d(" + arguments() + ")";
    return pass.soft()
        ? String.format(
            Locale.ROOT,
            "self._pool(%s, %s, %d, %d, %d, %d, %d)",
            at.from(),
            hard,
            pool.kernel(),
            pool.stride(),
            pool.padding(),
            high(),
            wide())
        : hard;
  }
}
