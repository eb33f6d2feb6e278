package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of {@code class_blocks} (spec 12): the mean of a normalised kernel for two labels. */
record ClassBlockRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "class of the rows' images; null for those without one") Integer labelA,
    @Col(doc = "class of the columns' images; null for those without one") Integer labelB,
    @Col(doc = "number of ordered pairs of two different images") long pairs,
    @Col(doc = "mean of the normalised kernel over the pairs") Double mean) {}
