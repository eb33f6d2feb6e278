/**
 * What a pullback is worth: how steady, how sparse, how specific it is, and whether what it points
 * at decides the logit [spec 6].
 */
package curtain.measures;
