package curtain.jobs.pullbacks;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.SampledImages;
import curtain.jobs.tables.PartsReader;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.filter2.compat.FilterCompat;

/** Reads {@code pullbacks/} row by row, in the order of the run that wrote it. */
final class PullbackReader implements SampledImages.Rows<PullbackRow> {
  private final PartsReader<PullbackRow> parts;
  private final boolean values;

  private PullbackReader(PartsReader<PullbackRow> parts, boolean values) {
    this.parts = parts;
    this.values = values;
  }

  /**
   * Opens the table.
   *
   * @param store how values are stored; {@link Store#NONE} leaves them out
   * @param images ids of the images whose rows are read; empty for all
   * @throws RunException where the table is not there
   */
  static PullbackReader open(
      FinishedOutput input, Store store, Set<String> images, Configuration conf)
      throws IOException, RunException {
    boolean values = store != Store.NONE;
    Table<PullbackRow> all = PullbackRows.table(store);
    Table<PullbackRow> table = values ? all : all.without("shape");
    FilterCompat.Filter filter =
        images.isEmpty() ? FilterCompat.NOOP : FilterCompat.get(PartsReader.ofImages(images));
    return new PullbackReader(
        new PartsReader<>(input.parts(table.name()), table, filter, conf), values);
  }

  @Override
  public PullbackRow next() throws IOException {
    PullbackRow row = parts.read();
    if (row == null) {
      return null;
    }
    require(row.imageId(), "image_id");
    require(row.gate(), "gate");
    require(row.pool(), "pool");
    if (row.target() == null && row.neuron() == null) {
      throw new IOException(parts.part() + " has a row with neither target nor neuron");
    }
    if (values) {
      require(row.pullback(), "pullback");
    }
    return row;
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
