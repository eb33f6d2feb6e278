package curtain.pullback;

/** What {@link PullbackKernel} computes on request, beside pullbacks. */
public enum Extra {
  /** The vanilla gradient of every target, which costs a second backward pass. */
  GRADIENTS,
  /** Signs of pre-activations and selections of max-pools. */
  DECISIONS,
  /**
   * Pullbacks and gradients rounded to float16 on the device, so that half as much is copied from
   * it, and {@link Lengths} of what they were.
   */
  HALVES
}
