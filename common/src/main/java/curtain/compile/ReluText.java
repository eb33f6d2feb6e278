package curtain.compile;

import curtain.network.Operation;
import java.util.List;

/** A call of a ReLU. */
record ReluText(Operation.Relu relu, Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    boolean single = pass.single().contains(at.input());
    String to = at.value();
    String from = at.from();
    switch (pass.mode()) {
      case PLAIN -> pass.method().line("%s = torch.%s(%s)", to, single ? "relu_" : "relu", from);
      case FROZEN ->
          pass.method()
              .line("%s = torch.%s(%s, gates[%d])", to, single ? "mul_" : "mul", from, at.call());
      case KEEP, KEEP_SELECTIONS -> pass.method().line("%s = torch.relu(%s)", to, from);
    }
  }

  @Override
  public void backward(BackwardPass pass) {
    int i = at.index();
    int input = at.input();
    if (pass.uses(input) != 1) {
      throw new IllegalArgumentException(
          "a pre-activation has one user, its ReLU; node " + input + " has " + pass.uses(input));
    }
    String to = pass.begin(input);
    if (pass.hardAt(relu)) {
      pass.method()
          .line(
              "%s = self._hard_excite(%s, x%d, %s, %s)",
              to, pass.gradient(i), input, pass.gating().copies(), pass.own(i));
    } else {
      pass.method()
          .line(
              "%s = self._excite(%s, x%d, %s, %s)",
              to, pass.gradient(i), input, BackwardPass.temperature(at), pass.own(i));
    }
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.method()
        .line(
            "x%1$d = self._gated(x%2$d, gates[%3$d][row:row + 1], column_gates[%3$d])",
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
    return (pass.soft() ? "self._relu(" : "torch.relu(") + at.from() + ")";
  }
}
