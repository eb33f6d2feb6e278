/**
 * Sums that are added to, image by image, and merged: associative and commutative; lengths and
 * angles of vectors.
 */
package curtain.statistics;
