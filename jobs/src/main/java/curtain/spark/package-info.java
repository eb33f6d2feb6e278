/** Curtain's stages for Spark ML pipelines. */
package curtain.spark;
