package curtain.compile;

import java.util.List;

/** The image. */
record InputText(Place at) implements OperationText {
  @Override
  public List<Constant> constants(boolean backward) {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.method().line("%s = torch.contiguous(x, memory_format=2)", at.value());
  }

  /** Adds nothing: the gradient of the image is the result. */
  @Override
  public void backward(BackwardPass pass) {}

  @Override
  public void path(PathPass pass) {
    pass.method().line("x%d = torch.mul(x[row:row + 1], columns)", at.index());
    pass.method().line("s%d = torch.new_zeros(columns, [torch.size(columns, 0)])", at.index());
  }

  @Override
  public boolean uniform(boolean inputs) {
    return false;
  }

  @Override
  public long cost(long read, long made) {
    return made;
  }

  @Override
  public String eager(EagerPass pass) {
    return "x";
  }
}
