package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * Work that follows when all shards are done, cut into named units. As with shards, a unit is
 * written whole or not at all, and a resumed run does those that are missing. This interface is the
 * driver's side.
 *
 * @param <G> a group: units that one task does one after another, with what it needs for them
 */
public interface Stage<G extends Serializable> {
  /**
   * The units, and the groups of those that are missing.
   *
   * @param units names of all units, in an order that does not depend on what is done
   * @param missing groups of the units that are not done
   */
  record Work<G>(List<String> units, List<G> missing) {}

  /** The work of a task on a group, in plain Java. */
  interface Kernel<G> extends Serializable {
    /** The tables that the kernel writes, none of which the shards write. */
    List<Table<?>> tables();

    /** The machine that this process runs a network on; null where it runs none. */
    default Machine machine() throws IOException {
      return null;
    }

    /**
     * Computes the units of a group.
     *
     * @throws IOException when storage fails: the task may be tried again, for units that are
     *     missing
     */
    void run(G group, Configuration conf, Units units) throws IOException;
  }

  /** Writes the rows of a unit. */
  @FunctionalInterface
  interface Body {
    /** Writes all rows. */
    void write(Rows rows) throws IOException;
  }

  /** The receiver of a group's units. */
  interface Units {
    /** Whether an earlier attempt has done the unit, which then counts as done. */
    boolean done(String unit) throws IOException;

    /** Writes a unit, whole or not at all. */
    void write(String unit, Body body) throws IOException;
  }

  /** The name of the units in the plural, for the progress line. */
  String plural();

  /** The kernel, which is the executors' side. */
  Kernel<G> kernel();

  /**
   * Cuts the work into units, and the missing ones into groups.
   *
   * @param parts rows of the shards
   * @param done whether the unit of a name is done
   * @param slots number of tasks that run at once
   * @throws IOException when storage fails
   */
  Work<G> plan(Parts parts, Predicate<String> done, int slots) throws IOException;
}
