package curtain.jobs.gram;

import curtain.jobs.tables.Col;
import curtain.jobs.tables.ColumnType;

/**
 * A row of tiles: a block of a kernel's matrix, row-major (spec 12). Of {@code product} and paths
 * log |K| and K's sign, of the others inner products with their constant coordinate, of layer_sum
 * the sum over layers of the normalised factors. Of one set the upper triangle of blocks.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record TileRow(
    @Col(doc = "`product`, `layer_sum`, `pixel`, `feature`, `layer:N` or `paths`") String kernel,
    @Col(doc = "block of rows, from 0") int rowBlock,
    @Col(doc = "block of columns, from 0; of one set at least the rows'") int colBlock,
    @Col(doc = "position of the first row") long rowStart,
    @Col(doc = "position of the first column") long colStart,
    @Col(doc = "rows") int rows,
    @Col(doc = "columns") int cols,
    @Col(doc = "ln |K|, (rows, cols); of `product` and `paths`, else null", large = true)
        double[] logKernel,
    @Col(
            doc = "-1, 0 or 1, (rows, cols); of `product` and `paths`, else null",
            large = true,
            type = ColumnType.TINYINT_ARRAY)
        byte[] sign,
    @Col(
            doc =
                "inner products with their constant, of `layer_sum` the sum over layers of the"
                    + " normalised factors, (rows, cols); of the other kernels, else null",
            large = true)
        double[] value) {}
