package curtain.jobs.gram;

import curtain.jobs.tables.Col;
import curtain.jobs.tables.ColumnType;

/**
 * A row of {@code tiles} (spec 12): a block of the matrix of a kernel, row-major. For {@code
 * product} and {@code paths} it holds ln |K| and the sign of K; for {@code layer_sum} the sum over
 * layers of the normalised factors; for other kernels inner products with the constant coordinate.
 * One set has the upper triangle of blocks only.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record TileRow(
    @Col(doc = "`product`, `layer_sum`, `pixel`, `feature`, `layer:N` or `paths`") String kernel,
    @Col(doc = "index of the block of rows, from 0") int rowBlock,
    @Col(doc = "index of the block of columns, from 0; not below `row_block` for one set")
        int colBlock,
    @Col(doc = "position of the first row") long rowStart,
    @Col(doc = "position of the first column") long colStart,
    @Col(doc = "number of rows") int rows,
    @Col(doc = "number of columns") int cols,
    @Col(
            doc = "ln |K|, (rows, cols); null for kernels other than `product` and `paths`",
            large = true)
        double[] logKernel,
    @Col(
            doc =
                "sign of K, -1, 0 or 1, (rows, cols); null for kernels other than `product` and"
                    + " `paths`",
            large = true,
            type = ColumnType.TINYINT_ARRAY)
        byte[] sign,
    @Col(
            doc =
                "K, (rows, cols): inner products with the constant coordinate, for `layer_sum` the"
                    + " sum over layers of the normalised factors; null for `product` and `paths`",
            large = true)
        double[] value) {}
