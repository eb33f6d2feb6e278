package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of row_sums: a normalised kernel summed over all columns (spec 12). */
record RowSumRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "from 0 among the decoded images of the rows") long position,
    @Col(doc = "sum over all columns, the image itself among them") double sum) {}
