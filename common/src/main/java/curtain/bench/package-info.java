/**
 * Benchmarks of pullbacks, comparisons of checkpoints and Gram products on this machine.
 *
 * <p>In come a network and the size of a batch; out go the times of repeated passes, beside those
 * of plain passes or products, or of PyTorch's autograd; and of sizes and what was measured at
 * each, the law by which it grows. Uses the rooms that it times.
 */
package curtain.bench;
