/**
 * {@code curtain kernel}: scores of the kernels of a Gram matrix, and how figures and the report
 * show them.
 *
 * <p>In comes an output of {@code gram}; out go scores, spectra, components and neighbours. Uses
 * {@code gram}, whose output it reads, {@code show} and the rooms below.
 */
package curtain.jobs.kernel;
