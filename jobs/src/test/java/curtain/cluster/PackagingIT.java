package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the cluster jar, and what is not. */
@Tag("fast")
final class PackagingIT {
  private static List<String> files(java.nio.file.Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] content(String name) throws IOException {
    try (JarFile file = new JarFile(Installation.JAR.toFile())) {
      ZipEntry entry = file.getEntry(name);
      assertNotNull(entry, name + " is missing");
      try (InputStream in = file.getInputStream(entry)) {
        return in.readAllBytes();
      }
    }
  }

  /** Files of libraries that lie in no folder of their own. */
  private static final Set<String> AT_THE_ROOT =
      Set.of(
          "pytorch-engine.properties",
          "profiles/ClayRGB1998.icc", // these three of TwelveMonkeys
          "tiff-image-metadata-sun.dtd",
          "tiff-stream-metadata-sun.dtd");

  @Test
  void everyFileIsCurtainsOwnOrOfALibraryThatSparkHasNot() {
    Set<String> known =
        Set.of(
            "META-INF",
            "curtain",
            "ai/djl",
            "com/sun",
            "com/tdunning",
            "com/twelvemonkeys",
            "picocli",
            "org/apache/fontbox",
            "org/apache/pdfbox",
            "org/ejml",
            "pabeles/concurrency"); // of EJML
    List<String> strange =
        files(Installation.JAR).stream()
            .filter(name -> !AT_THE_ROOT.contains(name))
            .filter(name -> known.stream().noneMatch(prefix -> name.startsWith(prefix + "/")))
            .toList();
    assertEquals(List.of(), strange);
  }

  @Test
  void noClassIsOnSparksClassPathToo() throws IOException {
    Set<String> ours =
        files(Installation.JAR).stream()
            .filter(name -> name.endsWith(".class"))
            .collect(Collectors.toSet());
    assertTrue(ours.contains("curtain/jobs/Main.class"), "the main class is missing");
    assertTrue(ours.contains("curtain/spark/ExcitationPullbacks.class"), "the stage is missing");
    List<java.nio.file.Path> jars;
    try (Stream<java.nio.file.Path> listed = Files.list(Installation.SPARK_HOME.resolve("jars"))) {
      jars = listed.toList();
    }
    assertTrue(jars.size() > 100, "Spark's class path is incomplete: " + jars);
    List<String> both =
        jars.stream().flatMap(jar -> files(jar).stream()).filter(ours::contains).toList();
    assertEquals(List.of(), both);
  }

  @Test
  void nativesAreApart() throws IOException {
    List<String> libraries =
        files(Installation.JAR).stream()
            .filter(name -> name.matches(".*\\.(so|dylib|jnilib|dll)(\\..*)?"))
            .filter(name -> !name.startsWith("com/sun/jna/"))
            .toList();
    assertEquals(List.of(), libraries);
    try (Stream<java.nio.file.Path> natives = Files.list(Installation.NATIVES)) {
      assertEquals(
          List.of("pytorch-jni", "pytorch-native-cpu"),
          natives
              .map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
              .sorted()
              .toList());
    }
  }

  @Test
  void nothingIsSigned() {
    assertEquals(
        List.of(),
        files(Installation.JAR).stream()
            .filter(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"))
            .toList());
  }

  @Test
  void itsOwnLicenceIsInIt() throws IOException {
    assertEquals(
        Files.readString(Installation.ROOT.resolve("LICENSE")),
        new String(content("META-INF/LICENSE"), StandardCharsets.UTF_8));
  }

  @Test
  void saysWhoseLibrariesItHolds() throws IOException {
    String notice = new String(content("META-INF/THIRD-PARTY.txt"), StandardCharsets.UTF_8);
    Pattern entry = // licences, name, group, artifact, version, URL
        Pattern.compile("(?:\\([^()]+\\) )+[^()]+ \\((\\S+:\\S+):[0-9]\\S* - https?://\\S+\\)");
    List<String> libraries = new ArrayList<>();
    for (String line : notice.strip().lines().skip(1).map(String::strip).toList()) {
      Matcher matcher = entry.matcher(line);
      assertTrue(matcher.matches(), line);
      libraries.add(matcher.group(1));
    }
    assertEquals(
        List.of(
            "ai.djl.pytorch:pytorch-engine",
            "ai.djl:api",
            "com.google.code.gson:gson",
            "com.tdunning:t-digest",
            "com.twelvemonkeys.common:common-image",
            "com.twelvemonkeys.common:common-io",
            "com.twelvemonkeys.common:common-lang",
            "com.twelvemonkeys.imageio:imageio-core",
            "com.twelvemonkeys.imageio:imageio-metadata",
            "com.twelvemonkeys.imageio:imageio-tiff",
            "com.twelvemonkeys.imageio:imageio-webp",
            "commons-codec:commons-codec",
            "commons-io:commons-io",
            "info.picocli:picocli",
            "net.java.dev.jna:jna",
            "org.apache.commons:commons-compress",
            "org.apache.commons:commons-lang3",
            "org.apache.pdfbox:fontbox",
            "org.apache.pdfbox:pdfbox",
            "org.apache.pdfbox:pdfbox-io",
            "org.ejml:ejml-core",
            "org.ejml:ejml-ddense",
            "org.webjars:chartjs"),
        libraries.stream().sorted().toList());
  }

  @Test
  void serviceFilesNameClassesOfTheJar() throws IOException {
    List<String> names = files(Installation.JAR);
    List<String> services =
        names.stream().filter(name -> name.startsWith("META-INF/services/")).toList();
    assertTrue(
        services.contains("META-INF/services/ai.djl.engine.EngineProvider"), "no DJL engine");
    for (String service : services) {
      for (String line : new String(content(service), StandardCharsets.UTF_8).lines().toList()) {
        String implementation = line.replaceFirst("#.*", "").strip();
        if (!implementation.isEmpty()) {
          String file = implementation.replace('.', '/') + ".class";
          assertTrue(names.contains(file), service + " names " + implementation);
        }
      }
    }
  }

  @Test
  void versionsAreFilledIn() throws IOException {
    Properties versions = new Properties();
    versions.load(new java.io.ByteArrayInputStream(content("curtain/version.properties")));
    assertEquals(
        Set.copyOf(
            Arrays.asList(
                "version", "commit", "spark", "hadoop", "aws-sdk", "parquet", "djl", "pytorch",
                "chartjs")),
        versions.stringPropertyNames());
    for (String name : versions.stringPropertyNames()) {
      String value = versions.getProperty(name);
      assertTrue(!value.isBlank() && !value.contains("$"), name + " is " + value);
    }
  }
}
