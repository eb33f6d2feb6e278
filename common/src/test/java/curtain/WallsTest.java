package curtain;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import curtain.demo.LabelledPixels;
import curtain.fixtures.Rooms;
import curtain.fixtures.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms of the science use each other as they are drawn, and no framework that runs them. */
@Tag("engine")
final class WallsTest {
  /** A comment or character, or else a text, which is the group. */
  private static final Pattern TEXT =
      Pattern.compile(
          "//[^\n]*|/\\*.*?\\*/|'(?:[^'\\\\]|\\\\.)+'"
              + "|\"((?:\"\".*?\"\"|[^\"\\\\\n]|\\\\.)*+)\"",
          Pattern.DOTALL);

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--(?:[a-z]|$)");

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

  /** Options are the commands' words; the science speaks of quantities. */
  @Test
  void noTextNamesAnOption() throws IOException {
    Path sources = Path.of(System.getProperty("curtain.root"), "common", "src", "main", "java");
    Set<String> found = new TreeSet<>();
    int seen = 0;
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        Matcher texts = TEXT.matcher(Files.readString(file));
        while (texts.find()) {
          seen += texts.group(1) == null ? 0 : 1;
          if (texts.group(1) != null && OPTION.matcher(texts.group(1)).find()) {
            found.add(sources.relativize(file) + ": " + texts.group(1));
          }
        }
      }
    }
    assertEquals(Set.of(), found);
    assertTrue(seen > 500, "texts: " + seen);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return describe(name, type -> type.getName().equals(name));
  }
}
