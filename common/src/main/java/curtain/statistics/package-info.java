/** Sums that are added to, image by image, and merged: associative and commutative. */
package curtain.statistics;
