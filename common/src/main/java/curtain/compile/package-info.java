/**
 * Compiles a network, forward and backward, into one TorchScript archive.
 *
 * <p>PyTorch cannot export a custom backward pass, so the backward pass is derived here, operation
 * by operation, and written as TorchScript text beside the forward pass. In comes a {@link
 * curtain.network.Network}; out goes a {@link curtain.compile.Program}. What an operation adds to
 * the passes is in one class, its {@code OperationText}; ARCHITECTURE.md says how to add one. Uses
 * {@code network} and {@code gates}, and no engine.
 */
package curtain.compile;
