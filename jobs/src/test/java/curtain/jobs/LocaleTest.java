package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.GateNumbers;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.gates.Gate;
import curtain.jobs.fixtures.Jvm;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.jobs.fixtures.WeightsFile;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the default locale has digits of its own, a comma for the decimal point, or an i without a
 * dot, what is written is the same.
 */
@Tag("engine")
class LocaleTest {
  /** The environment variable that names the locale in which all tests are to run. */
  private static final String ASKED = "CURTAIN_TEST_LOCALE";

  private static final Pattern FOREIGN_DIGIT = Pattern.compile("[\\p{Nd}&&[^0-9]]");

  private final Locale before = Locale.getDefault();

  @TempDir Path dir;

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @Test
  void testsAndTheJvmsThatTheyStartRunInTheLocaleAskedFor() throws Exception {
    String asked = System.getenv(ASKED);
    assumeTrue(asked != null, "skipped: no " + ASKED + " in the environment");
    assertEquals(asked, Locale.getDefault().toString());
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(Jvm.command(PrintLocale.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(asked, Files.readString(log).strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ne-NP", "ar-EG-u-nu-arab", "de-DE", "tr-TR"})
  void programsAreTheSame(String locale) throws Exception {
    Path weights = WeightsFile.demoCnn(dir.resolve("net.safetensors"), 1);
    Locale.setDefault(Locale.ROOT);
    List<String> sources = sources(weights);
    Path expected = export(weights, "expected.pt");
    Locale.setDefault(Locale.forLanguageTag(locale));
    assertEquals(sources, sources(weights));
    Path file = export(weights, "net.pt");
    assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(file));
    try (LoadedProgram program = LoadedProgram.load(file, Device.cpu())) {
      assertEquals("demo_cnn", program.info().model());
    }
  }

  private static List<String> sources(Path weights) throws Exception {
    Network network = Architecture.of("demo_cnn").network(weights, Normalisation.IMAGENET);
    return Stream.of(
            Compiler.compile(network, CompileOptions.DEFAULT),
            Compiler.neurons(network, CompileOptions.DEFAULT, 1, 5),
            Compiler.gram(network, Gate.SIGMOID, GateNumbers.BYTES),
            Compiler.calibration(network))
        .map(Program::source)
        .toList();
  }

  private Path export(Path weights, String name) {
    Path file = dir.resolve(name);
    Run run =
        Run.curtain(
            "export",
            "--model",
            "demo_cnn",
            "--weights",
            weights.toString(),
            "--output",
            file.toString());
    assertEquals(0, run.status(), run.err());
    assertAscii(run.err());
    return file;
  }

  /** Images, ingestion, training, pullbacks, figures and a report. */
  @Test
  void commandsWriteAsciiDigits() throws Exception {
    Path output = SmallDemo.get().output();
    Run run = SmallDemo.get().run();
    assertEquals(0, run.status(), run.err());
    assertAscii(run.out());
    assertAscii(run.err());
    List<String> suffixes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        assertAscii(name);
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        if (List.of("csv", "json", "html", "args", "txt").contains(suffix)) {
          suffixes.add(suffix);
          assertAscii(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
    assertTrue(suffixes.containsAll(List.of("csv", "json", "html")), suffixes.toString());
  }

  /** Names of variables in the script have digits, and a shell knows ASCII's only. */
  @Test
  void completionHasAsciiDigits() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    Run run = Run.curtain("completion");
    assertEquals(0, run.status(), run.err());
    assertAscii(run.out());
    assertEquals("ar-EG-u-nu-arab", Locale.getDefault(Locale.Category.FORMAT).toLanguageTag());
  }

  private static void assertAscii(String text) {
    assertFalse(FOREIGN_DIGIT.matcher(text).find(), text);
  }

  /** Prints the default locale. */
  static final class PrintLocale {
    private PrintLocale() {}

    public static void main(String[] arguments) {
      System.out.println(Locale.getDefault());
    }
  }
}
