package curtain.compile;

import java.util.List;

/**
 * An operation at its place, in TorchScript: what it adds to each kind of program. There is one
 * class for each operation, and {@link Texts} knows which.
 */
interface OperationText {
  /**
   * The tensors that its passes read.
   *
   * @param backward whether there is a backward pass
   */
  List<Constant> constants(boolean backward);

  /** Adds the statements that compute its value, channels last. */
  void forward(ForwardPass pass);

  /** Adds the statements that hand its gradient on to what it reads. */
  void backward(BackwardPass pass);

  /** Adds the statements of the path kernel's forward pass. */
  void path(PathPass pass);

  /**
   * Whether its channels, or features, are all equal for every pair of images in the path kernel.
   *
   * @param inputs whether those of all that it reads are
   */
  boolean uniform(boolean inputs);

  /**
   * Additions and multiplications of one pair of images in the path kernel.
   *
   * @param read numbers that its first input has
   * @param made numbers that its result has
   */
  long cost(long read, long made);

  /**
   * Expression of its value as a user of PyTorch writes it; what the expression reads is added
   * before.
   */
  String eager(EagerPass pass);

  /**
   * Whether a sum may be written over its result in a forward pass, where nothing else reads that.
   * To say no is always right.
   */
  default boolean overwritable() {
    return false;
  }

  /**
   * Adds the statements of the gradient of chosen logits, for an operation that is the network's
   * last; {@code rows} holds the targets, (B).
   *
   * @throws IllegalArgumentException for an operation whose results cannot be logits
   */
  default void seed(BackwardPass pass) {
    throw new IllegalArgumentException(
        "logits are a linear map's, or the means of the ReLU of a convolution 1 x 1");
  }
}
