package curtain;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import curtain.demo.LabelledPixels;
import curtain.fixtures.Rooms;
import curtain.fixtures.Tiers;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms of the science use each other as they are drawn, and no framework that runs them. */
@Tag("engine")
final class WallsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("curtain");

  @ParameterizedTest
  @ValueSource(strings = {"org.apache.spark.SparkContext", "scala.Option", "picocli.CommandLine"})
  void classPathHasNoFramework(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }

  @Test
  void classesDependOnNoFramework() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..", "scala..", "picocli..", "curtain.jobs..", "curtain.spark..")
        .check(CLASSES);
  }

  @Test
  void roomsUseWhatIsDrawn() throws IOException {
    Rooms drawn = Rooms.drawn();
    assertEquals(Set.of(), drawn.breaches(CLASSES, room -> false));
    assertEquals(
        Set.of(), drawn.empty(CLASSES, room -> !room.matches("curtain\\.(jobs|spark)(\\..*)?")));
  }

  @Test
  void everyTestHasOneTier() {
    assertEquals(Set.of(), Tiers.wrong());
  }

  @Test
  void noRoomsUseEachOtherInACircle() {
    slices().matching("curtain.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** But for a check that runs a program, before which no program runs. */
  @Test
  void noClassesUseEachOtherInACircle() {
    slices()
        .assignedFrom(Rooms.CLASSES)
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            named("curtain.engine.LoadedProgram"), named("curtain.engine.ConvolutionCheck"))
        .check(CLASSES);
  }

  /** The demo hands a caller's configuration on to the images. */
  @Test
  void onlyImagesKnowHadoopAndParquet() {
    noClasses()
        .that()
        .resideOutsideOfPackage("curtain.images..")
        .and()
        .doNotBelongToAnyOf(LabelledPixels.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.hadoop..", "org.apache.parquet..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("curtain.images.parquet")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.parquet..")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return describe(name, type -> type.getName().equals(name));
  }
}
