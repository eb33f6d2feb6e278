package curtain.jobs.ascend;

import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.SampledImages;
import curtain.jobs.tables.PartsReader;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/**
 * Reads the points of {@code ascents/} after a given number of steps, row by row, in the order of
 * the run that wrote them.
 */
final class AscentReader implements SampledImages.Rows<WalkPoint> {
  private final PartsReader<AscentRow> parts;
  private final boolean values;
  private final String pool;

  private AscentReader(PartsReader<AscentRow> parts, boolean values, String pool) {
    this.parts = parts;
    this.values = values;
    this.pool = pool;
  }

  /**
   * Opens the table.
   *
   * @param values whether images and differences are read
   * @param direction direction of the walks; {@link Direction#BOTH} for all
   * @param step number of steps after which points are read
   * @param images ids of the images whose rows are read; empty for all
   * @throws RunException where the table is not there
   */
  static AscentReader open(
      FinishedOutput input,
      boolean values,
      Direction direction,
      int step,
      Set<String> images,
      Configuration conf)
      throws IOException, RunException {
    FilterPredicate rows = FilterApi.eq(FilterApi.intColumn("step"), step);
    if (direction != Direction.BOTH) {
      rows =
          FilterApi.and(
              rows,
              FilterApi.eq(
                  FilterApi.binaryColumn("direction"), Binary.fromString(direction.toString())));
    }
    if (!images.isEmpty()) {
      rows = FilterApi.and(rows, PartsReader.ofImages(images));
    }
    Table<AscentRow> table =
        values ? AscentRow.TABLE : AscentRow.TABLE.without("shape", "image", "difference");
    return new AscentReader(
        new PartsReader<>(input.parts(table.name()), table, FilterCompat.get(rows), conf),
        values,
        input.setting("pool"));
  }

  @Override
  public WalkPoint next() throws IOException {
    AscentRow row = parts.read();
    return row == null ? null : point(row);
  }

  private WalkPoint point(AscentRow row) throws IOException {
    require(row.imageId(), "image_id");
    require(row.direction(), "direction");
    require(row.gate(), "gate");
    require(row.logits(), "logits");
    if (values) {
      require(row.shape(), "shape");
      require(row.image(), "image");
      require(row.difference(), "difference");
    }
    if (row.target() == null && row.neuron() == null) {
      throw new IOException(parts.part() + " has a row with neither target nor neuron");
    }
    String own = row.direction().equals(Direction.GRADIENT.toString()) ? "hard" : pool;
    return new WalkPoint(
        row.imageId(),
        row.ordinal(),
        row.label(),
        row.target(),
        row.neuron(),
        new Kind(row.gate(), row.temperature(), row.temperatureUnit(), own),
        row.logits(),
        row.shape(),
        row.image(),
        row.difference(),
        row.step());
  }

  private void require(Object value, String name) throws IOException {
    if (value == null) {
      throw new IOException(parts.part() + " has a row without " + name);
    }
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
