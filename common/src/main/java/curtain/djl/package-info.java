/** Pullbacks as a model of DJL: for its Spark extension, and wherever else DJL predicts. */
package curtain.djl;
