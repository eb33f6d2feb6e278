package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of products: a normalised kernel's row times the vectors (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
record ProductRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "from 0 among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(
            doc =
                "sums over columns of the normalised kernel, diagonal included, times vector, (k)",
            large = true)
        double[] values) {}
