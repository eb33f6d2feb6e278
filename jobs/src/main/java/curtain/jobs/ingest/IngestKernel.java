package curtain.jobs.ingest;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Decodes images and writes their pixels.
 *
 * @param options size and transform
 * @param classes that labels are read by
 */
record IngestKernel(ImageOptions options, ClassList classes) implements ShardKernel {
  /** Decoded images (spec 12); pixels: uint8, (C, H, W) row-major, RGB. */
  static final Table IMAGES =
      Table.of(
          "images",
          Column.of("image_id", ColumnType.STRING),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("label", ColumnType.INT),
          Column.of("width", ColumnType.INT),
          Column.of("height", ColumnType.INT),
          Column.of("transform", ColumnType.STRING),
          Column.of("shape", ColumnType.INT_ARRAY),
          Column.large("pixels", ColumnType.BINARY));

  @Override
  public List<Table> tables() {
    return List.of(IMAGES, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    long decoded = 0;
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(images, options, conf)) {
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        if (outcome instanceof DecodedImage image) {
          rows.write(
              IMAGES,
              image.ref().imageId(),
              image.ref().ordinal(),
              classes.label(image.ref()),
              image.width(),
              image.height(),
              options.transform().option(),
              image.shape(),
              image.pixels());
          decoded++;
          progress.done(1, 0);
        } else if (outcome instanceof ImageError error) {
          rows.write(Table.ERRORS, error.ref().imageId(), error.ref().ordinal(), error.reason());
          progress.done(0, 1);
        }
      }
    }
    return decoded;
  }
}
