package curtain.jobs.ingest;

import curtain.jobs.tables.Col;
import curtain.jobs.tables.Table;

/** A row of images: a decoded image, as a network gets it (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of pixels, never compared
record ImageRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "of the file, in pixels") int width,
    @Col(doc = "of the file, in pixels") int height,
    @Col(doc = "what was done to it, `--transform`") String transform,
    @Col(doc = "(C, H, W)") int[] shape,
    @Col(doc = "8 bits each, (C, H, W) row-major, RGB", large = true) byte[] pixels) {
  static final Table<ImageRow> TABLE = Table.of("images", ImageRow.class);
}
