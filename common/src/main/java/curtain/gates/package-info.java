/** The gates of excitation pullbacks: what the backward pass does at a ReLU and at a max-pool. */
package curtain.gates;
