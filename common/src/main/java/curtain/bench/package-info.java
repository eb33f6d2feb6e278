/**
 * How long pullbacks, comparisons of checkpoints and Gram products take here.
 *
 * <p>In come a network and the size of a batch; out go seconds of repeated passes, beside those of
 * what a user would run instead. Uses the capabilities that it times.
 */
package curtain.bench;
