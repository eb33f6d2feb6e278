package curtain.jobs.gram;

import curtain.jobs.shards.FileOutput;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Csv;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The numbers behind heat maps of kernels, as {@link Csv}. Up to 200 x 200 images {@code
 * gram_KERNEL.csv} has a row for each cell: row and column in the heat map, from 0; position,
 * image_id and label of both images; value. Beyond that {@code gram_KERNEL_classes.csv} has means
 * by class: label and class name of rows and columns, number of pairs of different images, mean.
 * Values are the drawn ones, which are logarithms for the product and the path kernel. {@code
 * class_blocks_KERNEL.csv} is the table of that name (spec 12) with the names of classes and the
 * drawn value.
 */
final class GramCsv {
  /** A regular expression of the files' names. */
  static final String FILES =
      "(gram_(product|paths|layer_sum|pixel|feature)(_classes)?"
          + "|class_blocks_(product|paths|layer_sum|pixel|feature))\\.csv";

  private GramCsv() {}

  /** Writes a heat map's file and counts its rows. */
  static void write(
      GramRaster raster,
      GramSide rows,
      GramSide columns,
      ClassNames names,
      FileOutput output,
      Map<String, Long> counts)
      throws IOException {
    if (rows.ids().isEmpty() || columns.ids().isEmpty()) {
      classes(raster, names, output, counts);
    } else {
      cells(raster, rows, columns, output, counts);
    }
  }

  private static void cells(
      GramRaster raster,
      GramSide rows,
      GramSide columns,
      FileOutput output,
      Map<String, Long> counts)
      throws IOException {
    String name = String.format(Locale.ROOT, "gram_%s.csv", raster.kernel().table());
    double[][] values = raster.values();
    int[] up = inverse(raster.rows());
    int[] across = inverse(raster.columns());
    try (Csv csv =
        new Csv(
            output,
            name,
            List.of(
                "row",
                "column",
                "row_position",
                "row_image_id",
                "row_label",
                "column_position",
                "column_image_id",
                "column_label",
                "value"))) {
      for (int i = 0; i < values.length; i++) {
        for (int j = 0; j < values[i].length; j++) {
          csv.row(
              i,
              j,
              up[i],
              rows.ids().get(up[i]),
              label(rows.labels()[up[i]]),
              across[j],
              columns.ids().get(across[j]),
              label(columns.labels()[across[j]]),
              values[i][j]);
        }
      }
      counts.put(name, csv.rows());
    }
  }

  /** The position of the image of each cell, where no cell has several. */
  private static int[] inverse(GramOrder order) {
    int[] position = new int[order.cells()];
    for (int i = 0; i < order.cell().length; i++) {
      position[order.cell()[i]] = i;
    }
    return position;
  }

  private static void classes(
      GramRaster raster, ClassNames names, FileOutput output, Map<String, Long> counts)
      throws IOException {
    String name = String.format(Locale.ROOT, "gram_%s_classes.csv", raster.kernel().table());
    GramRaster.Groups groups = raster.groups();
    try (Csv csv =
        new Csv(
            output,
            name,
            List.of("row_label", "row_class", "column_label", "column_class", "pairs", "mean"))) {
      for (int i = 0; i < groups.means().length; i++) {
        for (int j = 0; j < groups.means()[i].length; j++) {
          Integer row = label(raster.rows().labels().get(i));
          Integer column = label(raster.columns().labels().get(j));
          csv.row(
              row,
              names.name(row),
              column,
              names.name(column),
              groups.pairs()[i][j],
              groups.means()[i][j]);
        }
      }
      counts.put(name, csv.rows());
    }
  }

  private static Integer label(int label) {
    return label == GramSide.NONE ? null : (Integer) label;
  }

  /** Writes class blocks and counts their rows. */
  static void write(
      ClassBlocks blocks, ClassNames names, FileOutput output, Map<String, Long> counts)
      throws IOException {
    String name = String.format(Locale.ROOT, "class_blocks_%s.csv", blocks.kernel().table());
    try (Csv csv =
        new Csv(
            output,
            name,
            List.of("label_a", "class_a", "label_b", "class_b", "pairs", "mean", "drawn"))) {
      for (ClassBlockRow row : blocks.rows()) {
        csv.row(
            row.labelA(),
            names.name(row.labelA()),
            row.labelB(),
            names.name(row.labelB()),
            row.pairs(),
            row.mean(),
            blocks.drawn(row));
      }
      counts.put(name, csv.rows());
    }
  }
}
