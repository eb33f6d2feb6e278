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
 * Work on what all shards gave, cut into named units which are done as shards are: each is written
 * whole or not at all, and a resumed run does those that are missing. This is the driver's side.
 *
 * @param <G> units that one task does one after another, and what it needs for them
 */
public interface Stage<G extends Serializable> {
  /**
   * What there is to do.
   *
   * @param units names of all units, in an order that does not depend on what is done
   * @param missing groups of those that are not done
   */
  record Work<G>(List<String> units, List<G> missing) {}

  /** What a task does with a group, in plain Java. */
  interface Kernel<G> extends Serializable {
    /** The tables that it writes, none of them the shards'. */
    List<Table<?>> tables();

    /** The machine that this process runs a network on; null where it runs none. */
    default Machine machine() throws IOException {
      return null;
    }

    /**
     * Does the group's units.
     *
     * @throws IOException when storage fails: the task is tried again, for units that lack
     */
    void run(G group, Configuration conf, Units units) throws IOException;
  }

  /** Takes the rows of a unit. */
  @FunctionalInterface
  interface Body {
    /** Writes all of them. */
    void write(Rows rows) throws IOException;
  }

  /** Where a group's units go. */
  interface Units {
    /** Whether an earlier attempt has done the unit. */
    boolean done(String unit) throws IOException;

    /** Writes a unit, whole or not at all. */
    void write(String unit, Body body) throws IOException;
  }

  /** What units are called, in the plural, for the progress line. */
  String plural();

  /** The executors' side. */
  Kernel<G> kernel();

  /**
   * Cuts the work.
   *
   * @param parts rows of the shards
   * @param done whether a unit is
   * @param slots tasks that run at once
   * @throws IOException when storage fails
   */
  Work<G> plan(Parts parts, Predicate<String> done, int slots) throws IOException;
}
