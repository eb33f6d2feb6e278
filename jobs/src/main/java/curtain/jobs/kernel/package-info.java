/**
 * {@code curtain kernel}: what a Gram matrix says of labels and logits, and how figures and the
 * report show it.
 *
 * <p>In comes an output of {@code gram}; out go scores, spectra, components and neighbours. Uses
 * {@code gram}, whose output it reads, {@code show} and the rooms below.
 */
package curtain.jobs.kernel;
