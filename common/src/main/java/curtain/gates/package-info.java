/**
 * The gates of excitation pullbacks: what the backward pass does at a ReLU and at a max-pool.
 *
 * <p>In come a user's words; out go the choices that {@code compile} writes into a program. Uses
 * nothing else of Curtain.
 */
package curtain.gates;
