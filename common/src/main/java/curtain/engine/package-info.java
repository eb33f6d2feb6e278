/**
 * Compiled networks run by DJL's PyTorch engine: loading, batches, devices, threads, and whether
 * this processor computes rightly.
 *
 * <p>In come a program's file and arrays; out go arrays and {@link curtain.engine.Machine}, what
 * their last digits depend on. Uses {@code compile} and {@code network}, and no capability.
 */
package curtain.engine;
