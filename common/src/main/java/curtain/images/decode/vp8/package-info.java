/**
 * Key frames of VP8 (RFC 6386), the pictures of lossy WebP, to RGB, to the last bit as libwebp
 * decodes them.
 *
 * <p>In come the bytes of one frame, untrusted; out go packed RGB samples, or a {@link
 * curtain.images.source.BadImageException}. Where the RFC leaves a choice, at the edges of the
 * frame and in the way from its samples to RGB, it is libwebp's. Coefficients that no writer makes,
 * beyond 16 bits within a transform, are libwebp's of no particular processor. Uses {@code
 * images.source} for that exception alone.
 */
package curtain.images.decode.vp8;
