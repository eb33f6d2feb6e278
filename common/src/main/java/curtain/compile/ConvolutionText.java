package curtain.compile;

import curtain.network.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A convolution, with the BatchNorm that is folded into it. */
record ConvolutionText(Operation.Convolution convolution, Place at) implements OperationText {
  private List<Integer> inputShape() {
    return at.before().shape();
  }

  private Optional<WinogradConvolution> winograd() {
    return WinogradConvolution.of(convolution, inputShape().get(1));
  }

  private TransposedConvolution transposed() {
    return new TransposedConvolution(
        convolution, at.named("back"), inputShape().get(1), inputShape().get(2));
  }

  @Override
  public List<Constant> constants(boolean backward) {
    Operation.Convolution c = convolution;
    String weight = at.named("weight");
    List<Constant> constants = new ArrayList<>();
    constants.add(Constant.kernel(weight, c.outputs(), c.inputs(), c.kernel(), c.kernel(), c::at));
    constants.add(Constant.vector(at.named("bias"), c.outputs(), o -> c.bias()[o]));
    winograd()
        .map(winograd -> winograd.constants(weight, c.outputs(), c.inputs(), c::at))
        .ifPresent(constants::addAll);
    if (backward) {
      constants.addAll(transposed().constants());
    }
    return constants;
  }

  @Override
  public void forward(ForwardPass pass) {
    Method method = pass.method();
    String weight = at.named("weight");
    String bias = method.constant(at.named("bias"));
    String result =
        winograd()
            .filter(pays -> !method.isForGpu())
            .map(winograd -> winograd.call(method, at.from(), weight, bias, inputShape()))
            .orElseGet(() -> plain(method, weight, bias));
    method.line("%s = %s", at.value(), result);
  }

  private String plain(Method method, String weight, String bias) {
    int padding = convolution.padding();
    return method.convolve(
        at.from(), weight, bias, convolution.stride(), padding, padding, inputShape());
  }

  @Override
  public boolean overwritable() {
    return true;
  }

  @Override
  public void backward(BackwardPass pass) {
    TransposedConvolution transposed = transposed();
    String g = pass.gradient(at.index());
    if (transposed.sparse()) {
      String part = at.named(pass.gating().prefix() + "s");
      transposed.emit(pass.method(), part, g);
      pass.contributeSparse(at.input(), part, convolution.stride());
    } else {
      String to = pass.fresh(at.input());
      transposed.emit(pass.method(), to, g);
      pass.contribute(at.input(), to, true);
    }
  }

  @Override
  public void path(PathPass pass) {
    pass.keepScale(at);
    pass.sum(at.input(), at.value(), 3);
    if (convolution.kernel() > 1 || convolution.stride() > 1 || convolution.padding() > 0) {
      pass.method()
          .line(
              "x%1$d = self._windows(x%1$d, %2$d, %3$d, %4$d)",
              at.index(), convolution.kernel(), convolution.stride(), convolution.padding());
    }
    pass.affine(at);
  }

  @Override
  public boolean uniform(boolean inputs) {
    return true;
  }

  @Override
  public long cost(long read, long made) {
    int kernel = convolution.kernel();
    long windows = kernel == 1 ? 0 : (long) kernel * kernel * made;
    return read + windows + made;
  }

  @Override
  public String eager(EagerPass pass) {
    Operation.Convolution c = convolution;
    int k = c.kernel();
    pass.constants()
        .add(
            new Constant(
                at.named("weight"),
                List.of(c.outputs(), c.inputs(), k, k),
                List.of(c.inputs() * k * k, k * k, k, 1),
                j -> c.weight()[j]));
    String bias = pass.vector(at.named("bias"), c.outputs(), o -> c.bias()[o]);
    String weight = pass.method().constant(at.named("weight"));
    return String.format(
        Locale.ROOT,
        "torch.conv2d(%s, %s, %s, [%4$d, %4$d], [%5$d, %5$d])",
        at.from(),
        weight,
        bias,
        c.stride(),
        c.padding());
  }
}
