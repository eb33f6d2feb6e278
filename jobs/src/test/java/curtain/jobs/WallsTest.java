package curtain.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.fixtures.Rooms;
import curtain.fixtures.Tiers;
import curtain.jobs.fixtures.Product;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rooms of the commands and of the Spark ML stages use each other as they are drawn. */
@Tag("fast")
final class WallsTest {
  private static final Predicate<String> OURS =
      room -> room.matches("curtain\\.(jobs|spark)(\\..*)?");

  /** All of the science is open to them; it does not know them, which its own tests hold. */
  @Test
  void roomsUseWhatIsDrawn() throws IOException {
    Rooms drawn = Rooms.drawn();
    assertEquals(Set.of(), drawn.breaches(Product.JOBS, OURS.negate()));
    assertEquals(Set.of(), drawn.empty(Product.JOBS, OURS));
  }

  @Test
  void everyTestHasOneTier() {
    assertEquals(Set.of(), Tiers.wrong());
  }

  @Test
  void noRoomsUseEachOtherInACircle() {
    slices().matching("curtain.(**)").should().beFreeOfCycles().check(Product.JOBS);
  }

  @Test
  void noClassesUseEachOtherInACircle() {
    slices().assignedFrom(Rooms.CLASSES).should().beFreeOfCycles().check(Product.JOBS);
  }

  @Test
  void optionsAreReadWhereCommandsAre() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "curtain.jobs.task", "curtain.jobs.shards", "curtain.jobs.tables", "curtain.spark")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(Product.JOBS);
  }

  /** Gson is that of the science, where Spark's Jackson is not; jobs have it for nothing. */
  @Test
  void oneLibraryReadsAndWritesJson() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.gson..")
        .check(Product.JOBS);
  }
}
