/** Runs compiled networks with DJL's PyTorch engine. */
package curtain.engine;
