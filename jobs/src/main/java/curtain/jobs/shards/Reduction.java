package curtain.jobs.shards;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Merges the rows of all shards, once, when the last one is done: for tables over all images
 * together, of which each shard writes a part.
 */
public interface Reduction extends Serializable {
  /** The reduction of jobs whose shards' rows are the output: none. */
  Reduction NONE =
      new Reduction() {
        private static final long serialVersionUID = 1L;

        @Override
        public List<Table<?>> tables() {
          return List.of();
        }

        @Override
        public void reduce(Parts parts, Rows rows) {
          // There is no table to write.
        }
      };

  /** The tables whose parts the reduction replaces. */
  List<Table<?>> tables();

  /**
   * The tables of shards and units that {@link #reduce}, or a stage before it, reads: the {@link
   * #tables}, and perhaps others.
   */
  default List<Table<?>> reads() {
    return tables();
  }

  /** The names of the plain files that {@link #reduce} adds, all of them every time. */
  default List<String> files() {
    return List.of();
  }

  /**
   * Reads parts of the tables that {@link #reads} names, and writes the rows of {@link #tables} and
   * the {@link #files}. The same parts give the same rows.
   *
   * @throws IOException when storage fails
   */
  void reduce(Parts parts, Rows rows) throws IOException;
}
