package curtain.jobs.ingest;

import curtain.jobs.tables.Col;
import curtain.jobs.tables.Table;

/** A row of the table of images (spec 12): a decoded image, resized and cropped for a network. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of pixels, never compared
record ImageRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class by the class list of the ingest, or null") Integer label,
    @Col(
            doc =
                "what its source holds as its label, a number or a class's name, empty for none;"
                    + " with `--labels` the number by that list; null where its folder tells")
        String sourceLabel,
    @Col(doc = "width of the file's image, in pixels") int width,
    @Col(doc = "height of the file's image, in pixels") int height,
    @Col(doc = "how it was resized and cropped, `--transform`") String transform,
    @Col(doc = "shape of the pixels, (C, H, W)") int[] shape,
    @Col(doc = "RGB, 8 bits each, (C, H, W) row-major", large = true) byte[] pixels) {
  static final Table<ImageRow> TABLE = Table.of("images", ImageRow.class);
}
