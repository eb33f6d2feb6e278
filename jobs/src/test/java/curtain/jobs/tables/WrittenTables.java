package curtain.jobs.tables;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import curtain.jobs.fixtures.Product;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables that commands can write, as their code says: those that kernels of shards, stages and
 * reductions of a command's room name in {@code tables()}, or in what that calls.
 */
public final class WrittenTables {
  private static final String ROOMS = "curtain.jobs.";

  private WrittenTables() {}

  /** Tables of a whole output of a command's room, as docs/tables.md has them, errors last. */
  public static List<Table<?>> of(String room) {
    Set<String> names = names(room);
    return AllTables.listed().stream()
        .filter(AllTables.Listed::isOutput)
        .<Table<?>>map(AllTables.Listed::table)
        .filter(table -> names.contains(table.name()))
        .sorted(Comparator.comparing(table -> table.equals(Table.ERRORS)))
        .toList();
  }

  /** Where docs/tables.md has a table: the anchor that a heading gets. */
  public static String anchor(Table<?> table) {
    String heading = table.name() + ", of " + String.join(" and ", writers(table));
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
  }

  /** The commands that write a table, in the order of their names; of errors all jobs do. */
  static List<String> writers(Table<?> table) {
    return table.equals(Table.ERRORS)
        ? List.of("every job")
        : rooms().stream().filter(room -> names(room).contains(table.name())).toList();
  }

  /** The rooms in which something names tables. */
  static List<String> rooms() {
    return Product.JOBS.stream()
        .map(JavaClass::getPackageName)
        .filter(room -> room.startsWith(ROOMS))
        .map(room -> room.substring(ROOMS.length()))
        .distinct()
        .sorted()
        .filter(room -> !names(room).isEmpty())
        .toList();
  }

  /** Names of the tables that a room writes. */
  static Set<String> names(String room) {
    Set<String> names = new TreeSet<>();
    Set<JavaCodeUnit> seen = new HashSet<>();
    for (JavaClass type : Product.JOBS) {
      if (type.getPackageName().equals(ROOMS + room)) {
        type.tryGetMethod("tables").ifPresent(method -> follow(method, seen, names));
      }
    }
    return names;
  }

  private static void follow(JavaCodeUnit unit, Set<JavaCodeUnit> seen, Set<String> names) {
    if (!seen.add(unit)) {
      return;
    }
    for (JavaFieldAccess access : unit.getFieldAccesses()) {
      if (access.getAccessType() == JavaFieldAccess.AccessType.GET) {
        access.getTarget().resolveMember().ifPresent(field -> read(field, seen, names));
      }
    }
    for (JavaMethodCall call : unit.getMethodCallsFromSelf()) {
      call.getTarget()
          .resolveMember()
          .filter(method -> method.getOwner().getPackageName().startsWith(ROOMS))
          .ifPresent(method -> follow(method, seen, names));
    }
  }

  /** A constant: a table, or a list, which its class has filled. */
  private static void read(JavaField field, Set<JavaCodeUnit> seen, Set<String> names) {
    if (!field.getModifiers().contains(JavaModifier.STATIC)) {
      return;
    }
    if (field.getRawType().isEquivalentTo(Table.class)) {
      names.add(AllTables.constant(field).name());
    } else if (field.getRawType().isEquivalentTo(List.class)) {
      field.getOwner().getStaticInitializer().ifPresent(filled -> follow(filled, seen, names));
    }
  }
}
