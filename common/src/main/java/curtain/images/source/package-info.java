/**
 * What an image set is made of: references to images, what becomes of each, and where files lie.
 *
 * <p>In come paths and what a user wants of images; out go {@link curtain.images.source.ImageRef},
 * the name of one image, and {@link curtain.images.source.Outcome}, its pixels or the reason why
 * there are none. Readers of one kind of container live in rooms of their own. Uses Hadoop's file
 * systems, and no other room but {@code curtain}.
 */
package curtain.images.source;
