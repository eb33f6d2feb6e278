package curtain.jobs.shards;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * What a job does with all shards' rows, once, when the last one is done: for tables that speak of
 * all images together, of which each shard writes its own part.
 */
public interface Reduction extends Serializable {
  /** For jobs whose shards' rows are the output. */
  Reduction NONE =
      new Reduction() {
        private static final long serialVersionUID = 1L;

        @Override
        public List<Table<?>> tables() {
          return List.of();
        }

        @Override
        public void reduce(Parts parts, Rows rows) {
          // No table, no rows.
        }
      };

  /** The tables whose parts are replaced. */
  List<Table<?>> tables();

  /** Names of the plain files that {@link #reduce} adds, all of them every time. */
  default List<String> files() {
    return List.of();
  }

  /**
   * Reads parts, of any table, and writes the rows of {@link #tables} and the {@link #files}. The
   * same parts give the same rows.
   *
   * @throws IOException when storage fails
   */
  void reduce(Parts parts, Rows rows) throws IOException;
}
