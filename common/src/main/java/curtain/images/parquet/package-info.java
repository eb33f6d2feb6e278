/**
 * Images in Parquet files: in the Hugging Face hub's layout, and as {@code curtain ingest} wrote
 * them.
 *
 * <p>In comes a file, untrusted, whose structures are checked before Parquet's own reader sees
 * them; out go the images of its rows. Uses {@code images.source} and {@code images.decode}; no
 * other room of images knows Parquet.
 */
package curtain.images.parquet;
