/**
 * Sums over images that merge in any order, up to rounding; lengths and angles of vectors.
 *
 * <p>In come numbers; out go moments, correlations and quantiles. Uses nothing else of Curtain.
 */
package curtain.statistics;
