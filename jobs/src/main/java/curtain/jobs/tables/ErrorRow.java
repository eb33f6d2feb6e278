package curtain.jobs.tables;

/** A row of errors: an image that gave no row elsewhere. */
public record ErrorRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") Long ordinal,
    @Col(doc = "why it gave no row elsewhere, for people") String reason) {}
