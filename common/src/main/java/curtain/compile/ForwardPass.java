package curtain.compile;

import java.util.Set;

/**
 * A forward pass that is being written: the value of node i is the local variable {@code xi}.
 *
 * @param method that the statements go to
 * @param mode what it does at ReLUs and max-pools
 * @param single nodes whose value one node reads, once, and nothing else
 * @param free those of them that a sum may be written over
 */
record ForwardPass(Method method, Mode mode, Set<Integer> single, Set<Integer> free) {
  /** What a pass does at ReLUs and max-pools. */
  enum Mode {
    /** Logits only; ReLUs in place. */
    PLAIN,
    /** Pre-activations stay readable. */
    KEEP,
    /** Pre-activations stay readable, and every max-pool's selections {@code pi}. */
    KEEP_SELECTIONS,
    /** Gates and selections are given as the lists {@code gates} and {@code pools}. */
    FROZEN
  }

  ForwardPass {
    single = Set.copyOf(single);
    free = Set.copyOf(free);
  }
}
