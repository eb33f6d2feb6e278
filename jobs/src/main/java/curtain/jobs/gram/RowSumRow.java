package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of {@code row_sums} (spec 12): the sum of a row of a normalised kernel. */
record RowSumRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "index of the image, from 0, among the decoded images of the rows") long position,
    @Col(doc = "sum of the normalised kernel over all columns, including the image itself")
        double sum) {}
