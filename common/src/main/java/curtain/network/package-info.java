/**
 * Networks as small typed graphs with their weights, and the architectures that build them.
 *
 * <p>In comes a state dict, untrusted; out goes a {@link curtain.network.Network} whose shapes fit.
 * Uses {@code weights}.
 */
package curtain.network;
