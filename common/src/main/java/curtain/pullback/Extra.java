package curtain.pullback;

/** What {@link PullbackKernel} computes on request, beside pullbacks. */
public enum Extra {
  /** The vanilla gradient of every target, which costs a second backward pass. */
  GRADIENTS,
  /** Signs of pre-activations and selections of max-pools. */
  DECISIONS
}
