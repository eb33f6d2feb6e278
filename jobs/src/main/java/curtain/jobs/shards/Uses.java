package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What becomes of the tables that shards and units write.
 *
 * @param read names of those that a stage, the reduction or the user reads before the commit
 * @param replaced names of those that the reduction replaces, so that they are not committed
 */
record Uses(Set<String> read, Set<String> replaced) implements Serializable {
  /** All are committed, and none is read before. */
  static final Uses COMMITTED = new Uses(Set.of(), Set.of());

  Uses {
    read = new TreeSet<>(read);
    replaced = new TreeSet<>(replaced);
  }

  static Uses of(Reduction reduction) {
    Set<String> read = names(reduction.reads());
    read.add(Table.ERRORS.name()); // by the user, where a run ends for too many
    return new Uses(read, names(reduction.tables()));
  }

  private static Set<String> names(List<Table<?>> tables) {
    Set<String> names = new TreeSet<>();
    tables.forEach(table -> names.add(table.name()));
    return names;
  }
}
