package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of {@code products} (spec 12): a row of a normalised kernel times the vectors. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
record ProductRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "index of the image, from 0, among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(
            doc = "sums over columns of normalised kernel times vector, diagonal included, (k)",
            large = true)
        double[] values) {}
