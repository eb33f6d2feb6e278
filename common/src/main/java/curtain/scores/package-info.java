/** What a normalised kernel matrix says of labels and logits (spec 7), block by block. */
package curtain.scores;
