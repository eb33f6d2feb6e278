package curtain.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new operation that somebody forgets is an error of the compiler, wherever it is missing. */
@Tag("fast")
final class ForgottenOperationTest {
  private static final Path SOURCES = Path.of("common/src/main/java/curtain");

  /** What the interface asks of every operation, but that it takes part in visits. */
  private static final String ALONE =
      """
        record Forgotten() implements Operation {
          @Override
          public List<Integer> shape(List<List<Integer>> inputs) {
            return Shapes.only(inputs);
          }

          @Override
          public boolean whole() {
            return true;
          }
      """;

  private static final String VISITED =
      """

          @Override
          public <T> T accept(Visitor<T> visitor) {
            return visitor.forgotten(this);
          }
      """;

  @TempDir Path classes;

  /** The sources as they are: what is found below is the new operation's doing. */
  @Test
  void nothingIsMissing() throws IOException {
    assertEquals(Map.of(), errors(operation()));
  }

  @Test
  void anOperationTakesPartInVisits() throws IOException {
    Map<String, String> errors = errors(with(operation(), ALONE + "  }\n"));
    assertEquals(Set.of("Operation.java"), errors.keySet());
    assertTrue(errors.get("Operation.java").contains("accept"), errors.toString());
  }

  /** Every class that goes over operations, by its name. */
  @Test
  void everyVisitorHasToKnowIt() throws IOException {
    String visitor = "  interface Visitor<T> {\n";
    String operation = operation();
    assertTrue(operation.contains(visitor));
    String visited =
        operation.replace(visitor, visitor + "    T forgotten(Forgotten forgotten);\n");
    Map<String, String> errors = errors(with(visited, ALONE + VISITED + "  }\n"));
    assertEquals(
        Set.of(
            "Texts.java",
            "BatchNormFolding.java",
            "FeedingTemperature.java",
            "ChangedWeights.java"),
        errors.keySet());
    errors.forEach((file, error) -> assertTrue(error.contains("forgotten"), file + ": " + error));
  }

  private static String operation() throws IOException {
    return Files.readString(Shared.root().resolve(SOURCES).resolve("network/Operation.java"));
  }

  /** The operation at the end of the others. */
  private static String with(String operation, String another) {
    return operation.substring(0, operation.lastIndexOf('}')) + another + "}\n";
  }

  /** Compiles what reads operations beside another text of theirs; one error of each file. */
  private Map<String, String> errors(String operation) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<JavaFileObject> sources = new ArrayList<>();
      files.getJavaFileObjectsFromPaths(readers()).forEach(sources::add);
      sources.add(new Text(operation));
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-d",
              classes.toString(),
              "-cp",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      compiler.getTask(null, files, found, options, null, sources).call();
    }
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .collect(
            Collectors.toMap(
                diagnostic -> Path.of(diagnostic.getSource().getName()).getFileName().toString(),
                diagnostic -> diagnostic.getMessage(null),
                (first, second) -> first,
                TreeMap::new));
  }

  private static List<Path> readers() throws IOException {
    try (Stream<Path> paths = Files.walk(Shared.root().resolve(SOURCES))) {
      List<Path> readers = new ArrayList<>();
      for (Path path : paths.filter(p -> p.toString().endsWith(".java")).sorted().toList()) {
        if (Files.readString(path).contains("curtain.network.Operation")
            && !path.endsWith("Operation.java")) {
          readers.add(path);
        }
      }
      return readers;
    }
  }

  /** The source of {@link Operation}, from memory. */
  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String text) {
      super(URI.create("string:///curtain/network/Operation.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
