/**
 * What a normalised kernel matrix says of labels and logits (spec 7), block by block.
 *
 * <p>In come blocks of a matrix, labels and logits; out go numbers. Uses nothing else of Curtain.
 */
package curtain.scores;
