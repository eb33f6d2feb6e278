/**
 * Image sets: listing, decoding as Pillow does it, resizing as Pillow does it, and class names.
 *
 * <p>{@link curtain.images.ImageSet#list} runs on a driver, {@link curtain.images.ImageSet#load} on
 * executors. Every listed image yields exactly one {@link curtain.images.source.Outcome}: pixels or
 * an error with its reason.
 */
package curtain.images;
