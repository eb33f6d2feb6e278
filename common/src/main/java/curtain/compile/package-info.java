/**
 * Compiles a network, forward and backward, into one TorchScript archive.
 *
 * <p>PyTorch cannot export a custom backward pass, so the backward pass is derived here, operation
 * by operation, and written as TorchScript text beside the forward pass.
 */
package curtain.compile;
