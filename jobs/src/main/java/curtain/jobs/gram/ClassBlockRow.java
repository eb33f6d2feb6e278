package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of class_blocks: a normalised kernel by labels (spec 12). */
record ClassBlockRow(
    @Col(doc = "`product`, `layer_sum`, `pixel` or `feature`") String kernel,
    @Col(doc = "class of the rows' images, or null") Integer labelA,
    @Col(doc = "class of the columns' images, or null") Integer labelB,
    @Col(doc = "ordered pairs of two different images") long pairs,
    @Col(doc = "mean of the normalised kernel over the pairs") Double mean) {}
