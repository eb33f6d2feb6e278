package curtain.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import curtain.jobs.fixtures.Product;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The product's classes, of both modules, format and parse in no locale but the one they name: in
 * the default one digits may be others than ASCII's, and the decimal point a comma. Error Prone's
 * check of this passes formats that are no constants.
 */
@Tag("fast")
final class NamedLocaleTest {
  /** What has the default locale, and no overload that takes another. */
  private static final Set<String> WITHOUT_OVERLOAD =
      Set.of(
          "java.lang.String.formatted",
          "java.text.DecimalFormat.<init>",
          "java.text.MessageFormat.format",
          "java.util.Scanner.<init>");

  private static final DescribedPredicate<JavaAccess<?>> TAKES_THE_DEFAULT_LOCALE =
      DescribedPredicate.describe(
          "takes the default locale",
          access ->
              access.getTarget() instanceof CodeUnitAccessTarget target
                  && (WITHOUT_OVERLOAD.contains(name(target))
                      || (!takesLocale(target.getRawParameterTypes())
                          && hasOverloadWithLocale(target))));

  @Test
  void everyLocaleIsNamed() {
    assertTrue(
        Product.CLASSES.contain(Main.class) && Product.CLASSES.contain(curtain.Nearest.class));
    noClasses().should().accessTargetWhere(TAKES_THE_DEFAULT_LOCALE).check(Product.CLASSES);
  }

  @Test
  void theRuleFindsWhatItForbids() {
    JavaClass offender = new ClassFileImporter().importClass(Offender.class);
    assertEquals(
        Offender.class.getDeclaredMethods().length,
        offender.getAccessesFromSelf().stream().filter(TAKES_THE_DEFAULT_LOCALE).count());
  }

  private static String name(AccessTarget target) {
    return target.getOwner().getName() + "." + target.getName();
  }

  private static boolean takesLocale(List<JavaClass> types) {
    return types.stream().anyMatch(type -> type.isEquivalentTo(Locale.class));
  }

  private static boolean hasOverloadWithLocale(CodeUnitAccessTarget target) {
    JavaClass owner = target.getOwner();
    return (target.getName().equals("<init>") ? owner.getConstructors() : owner.getAllMethods())
        .stream()
            .anyMatch(
                unit ->
                    unit.getName().equals(target.getName())
                        && takesLocale(unit.getRawParameterTypes()));
  }

  /** Each method once. */
  @SuppressWarnings({"DefaultLocale", "StringCaseLocaleUsage"})
  static final class Offender {
    String format(String format) {
      return String.format(format, 1);
    }

    String formatted(String format) {
      return format.formatted(1);
    }

    void printf(java.io.PrintWriter out) {
      out.printf("%d", 1);
    }

    Formatter formatter() {
      return new Formatter();
    }

    Function<String, String> lower() {
      return String::toLowerCase;
    }

    java.time.format.DateTimeFormatter time() {
      return java.time.format.DateTimeFormatter.ofPattern("d");
    }

    java.text.NumberFormat number() {
      return java.text.NumberFormat.getInstance();
    }

    Scanner scanner(String text) {
      return new Scanner(text);
    }
  }
}
