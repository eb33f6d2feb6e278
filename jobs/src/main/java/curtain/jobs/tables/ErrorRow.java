package curtain.jobs.tables;

/** A row of {@code errors}: an image that gave no row in other tables, and the reason. */
public record ErrorRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") Long ordinal,
    @Col(doc = "why it gave no row in another table, in words") String reason) {}
