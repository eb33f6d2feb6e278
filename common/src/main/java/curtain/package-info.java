/** Curtain: excitation pullbacks and gate statistics of ReLU networks. */
package curtain;
