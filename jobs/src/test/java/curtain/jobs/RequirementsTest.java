package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code ./curtain} requires. A copy of it runs in an empty checkout, on a system of the
 * test's making, with a {@code java} that prints its own path and a {@code mvn} that leaves a mark
 * and fails.
 */
@Tag("fast")
final class RequirementsTest {
  private static final long LIMIT = 200L << 20;

  @TempDir Path folder;
  private Path home;
  private Path system;
  private Path programs;

  @BeforeEach
  void layOut() throws IOException {
    home = folder.resolve("a checkout");
    system = folder.resolve("a system");
    programs = folder.resolve("programs");
    Path root = Path.of(System.getProperty("curtain.root", ".."));
    String launcher = Files.readString(root.resolve("curtain"));
    Matcher line = Pattern.compile("(?m)^root=$").matcher(launcher);
    assertEquals(1, line.results().count());
    write(
        home.resolve("curtain"),
        line.replaceFirst(Matcher.quoteReplacement("root='" + system + "'")));
    for (String file :
        List.of(
            "pom.xml",
            "common/pom.xml",
            "common/src/main/A.java",
            "jobs/pom.xml",
            "jobs/src/main/B.java",
            "deploy/spark/pom.xml",
            "conf/jvm.options",
            "conf/native.env")) {
      write(home.resolve(file), "");
    }
    Files.createDirectories(programs);
    // Nothing else of this machine, its java say, is on the PATH. (JUnit warns of links that lead
    // out.)
    for (String tool : List.of("dirname", "find", "mktemp", "readlink", "rm", "sed", "touch")) {
      program(programs.resolve(tool), "exec '" + tool(tool) + "' \"$@\"");
    }
    answer("uname", "Linux x86_64");
    answer("getconf", "glibc 2.36");
    program(programs.resolve("mvn"), "touch '" + folder.resolve("mvn was run") + "'; exit 1");
    processor("fpu sse4_2 avx avx2 bmi2");
    memory("8388608", "0");
  }

  @Test
  void aBuildBeginsWhereNothingIsMissing() throws Exception {
    Path jdk = java("jdk", "17.0.15", true);
    Ended ended = launch(Map.of("JAVA_HOME", jdk.toString()));
    assertEquals(1, ended.status());
    assertTrue(ended.err().contains("curtain: the build failed; its messages"), ended.err());
    assertTrue(Files.exists(folder.resolve("mvn was run")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aarch64", "armv7l", "i686"})
  void anotherProcessorIsRefused(String processor) throws Exception {
    answer("uname", "Linux " + processor);
    assertRefused(
        "curtain: needs an x86-64 processor, and this machine's is "
            + processor
            + "; use another machine");
  }

  @Test
  void aProcessorWithoutAvx2IsRefused() throws Exception {
    processor("fpu sse4_2 avx avx2_of_another_name");
    assertRefused(
        "curtain: needs a processor with AVX2, and /proc/cpuinfo does not list it among this one's"
            + " flags; use another machine, or give a virtual one its host's processor");
  }

  @ParameterizedTest
  @CsvSource({"glibc 2.28, 2.28", "glibc 2.9, 2.9", "glibc 2.17, 2.17", "glibc 1.99, 1.99"})
  void anOldGlibcIsRefused(String answer, String version) throws Exception {
    answer("getconf", answer);
    assertRefused(
        "curtain: needs glibc 2.29 or later, and this system has "
            + version
            + "; use a newer release of it");
  }

  @Test
  void muslIsRefused() throws Exception {
    write(system.resolve("lib/ld-musl-x86_64.so.1"), "");
    program(programs.resolve("getconf"), "echo 'getconf: GNU_LIBC_VERSION: no such' >&2; exit 1");
    String refusal =
        "curtain: needs glibc 2.29 or later, and this system has musl (Alpine?); use a distribution"
            + " with glibc";
    assertRefused(refusal);
    Files.delete(programs.resolve("getconf"));
    assertRefused(refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"glibc 2.29", "glibc 2.100", "glibc 2.31.9000", "glibc 3.0", "unknown"})
  void anotherGlibcIsNotRefused(String answer) throws Exception {
    answer("getconf", answer);
    assertAccepted();
  }

  @Test
  void muslBesideGlibcIsNotRefused() throws Exception {
    write(system.resolve("lib/ld-musl-x86_64.so.1"), "");
    assertAccepted();
  }

  @Test
  void whatTheSystemDoesNotTellIsNotRefused() throws Exception {
    deleteProc();
    Files.delete(programs.resolve("getconf"));
    assertAccepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Darwin arm64", "MINGW64_NT-10.0 x86_64"})
  void anotherSystemIsNotAskedForWhatIsLinuxs(String name) throws Exception {
    answer("uname", name);
    answer("getconf", "glibc 2.17");
    processor("fpu");
    memory("1024", "0");
    assertAccepted();
  }

  @Test
  void tooLittleMemoryIsRefused() throws Exception {
    memory("307200", "1024");
    assertRefused(
        "curtain: needs 512 MiB of memory, and this machine has 300; use another,"
            + " or add swap space");
  }

  @Test
  void swapSpaceCounts() throws Exception {
    memory("307200", "2097152");
    assertAccepted();
  }

  @ParameterizedTest
  @CsvSource({
    "0::/, memory.max",
    "0::/a/b, a/b/memory.max",
    "0::/a/b, a/memory.max",
    "0::/a/b, memory.max",
    "4:memory:/c, memory/c/memory.limit_in_bytes",
    "4:memory:/c, memory/memory.limit_in_bytes",
    "'9:cpu,memory:/c:d', memory/c:d/memory.limit_in_bytes"
  })
  void aLimitOfAControlGroupIsRefused(String membership, String file) throws Exception {
    write(system.resolve("proc/self/cgroup"), "3:cpuset:/elsewhere\n" + membership + "\n");
    write(system.resolve("sys/fs/cgroup").resolve(file), LIMIT + "\n");
    assertRefused(
        "curtain: needs 512 MiB of memory, and /sys/fs/cgroup/"
            + file
            + " allows 200; raise this limit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"max", "9223372036854771712", "18446744073709551615", "4294967296", "", "none"})
  void noLimitOrALargeOneIsNotRefused(String limit) throws Exception {
    write(system.resolve("proc/self/cgroup"), "4:memory:/c\n0::/a\n");
    write(system.resolve("sys/fs/cgroup/memory.max"), limit + "\n");
    write(system.resolve("sys/fs/cgroup/memory/c/memory.limit_in_bytes"), limit);
    assertAccepted();
  }

  @Test
  void aRuntimeDoesNotBuild() throws Exception {
    Path jre = java("jre", "17.0.15", false);
    assertRefused(
        Map.of("JAVA_HOME", jre.toString()),
        "curtain: needs a JDK 17 to build Curtain; "
            + jre
            + "/bin/java is a runtime, without a compiler (javac); install a JDK 17 or set"
            + " JAVA_HOME to one");
  }

  @Test
  void aRuntimeOnThePathDoesNotBuild() throws Exception {
    Path jre = java("jre", "17.0.15", false);
    Path link = programs.resolve("java");
    Files.createSymbolicLink(link, jre.resolve("bin/java"));
    assertRefused(
        Map.of(),
        "curtain: needs a JDK 17 to build Curtain; "
            + link
            + " is a runtime, without a compiler (javac); install a JDK 17 or set JAVA_HOME to one");
  }

  @Test
  void aScriptThatStartsAJdkBuilds() throws Exception {
    Path jdk = java("jdk", "17.0.15", true);
    Path shim = programs.resolve("java");
    program(
        shim,
        "case $1 in -XshowSettings*) echo \"    java.home = "
            + jdk
            + "\" >&2 ;; *) exec "
            + jdk
            + "/bin/java ;; esac");
    assertAccepted(Map.of());
  }

  @Test
  void aJdkBehindARuntimeBuilds() throws Exception {
    Path jre = java("jre", "17.0.15", false);
    java("a system/usr/lib/jvm/temurin-17-jdk", "17.0.2", true);
    assertAccepted(Map.of("JAVA_HOME", jre.toString()));
  }

  @Test
  void aRuntimeRunsWhatIsBuilt() throws Exception {
    built();
    Path jre = java("jre", "17.0.15", false);
    java("a system/usr/lib/jvm/temurin-17-jdk", "17.0.2", true);
    Ended ended = launch(Map.of("JAVA_HOME", jre.toString()));
    assertEquals(new Ended(0, jre + "/bin/java " + jre + "\n", ""), ended);
  }

  @Test
  void aJavaHomeWithoutJavaIsSaidAndPassedOver() throws Exception {
    built();
    Path jdk = java("a system/usr/lib/jvm/temurin-17-jdk", "17.0.2", true);
    Path nowhere = folder.resolve("nowhere");
    Ended ended = launch(Map.of("JAVA_HOME", nowhere.toString()));
    assertEquals(
        new Ended(
            0,
            // Spark starts executors with the second.
            jdk + "/bin/java " + jdk.toRealPath() + "\n",
            "curtain: JAVA_HOME is "
                + nowhere
                + ", which has no bin/java; "
                + jdk
                + "/bin/java is used\n"),
        ended);
  }

  @Test
  void aJavaHomeWithoutJavaIsNamedWhereThereIsNoOther() throws Exception {
    Path other = java("a system/usr/lib/jvm/zulu-8.17", "1.8.0_172", true);
    // A folder is no program.
    Files.createDirectories(folder.resolve("nowhere/bin/java"));
    assertRefused(
        Map.of("JAVA_HOME", folder.resolve("nowhere").toString()),
        "curtain: needs a JDK 17 to build Curtain; JAVA_HOME is "
            + folder.resolve("nowhere")
            + ", which has no bin/java; "
            + other
            + "/bin/java is version 8; install a JDK 17 or set JAVA_HOME to one");
  }

  @Test
  void anotherJavaIsRefused() throws Exception {
    built();
    Path jdk = java("jdk", "21.0.1", true);
    assertRefused(
        Map.of("JAVA_HOME", jdk.toString()),
        "curtain: needs Java 17, the newest that Spark 3.5 runs on; "
            + jdk
            + "/bin/java is version 21; install a JDK 17 or set JAVA_HOME to one");
  }

  @Test
  void noJavaIsRefused() throws Exception {
    assertRefused(
        Map.of(),
        "curtain: needs a JDK 17 to build Curtain; install a JDK 17 or set JAVA_HOME to one");
  }

  /** A process that ran to its end. */
  private record Ended(int status, String out, String err) {}

  private Ended launch(Map<String, String> environment) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(tool("bash").toString(), home.resolve("curtain").toString(), "demo")
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs.toString());
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    return new Ended(status, Files.readString(out), Files.readString(err));
  }

  /** With a JDK, to be refused for another reason. */
  private void assertRefused(String message) throws IOException, InterruptedException {
    assertRefused(Map.of("JAVA_HOME", java("jdk", "17.0.15", true).toString()), message);
  }

  private void assertRefused(Map<String, String> environment, String message)
      throws IOException, InterruptedException {
    assertEquals(new Ended(1, "", message + "\n"), launch(environment));
    assertFalse(
        Files.exists(folder.resolve("mvn was run")), "was to be refused before it is built");
  }

  private void assertAccepted() throws IOException, InterruptedException {
    assertAccepted(Map.of("JAVA_HOME", java("jdk", "17.0.15", true).toString()));
  }

  private void assertAccepted(Map<String, String> environment)
      throws IOException, InterruptedException {
    Ended ended = launch(environment);
    assertTrue(Files.exists(folder.resolve("mvn was run")), ended.err());
  }

  /** The checkout as after a build. */
  private void built() throws IOException {
    Files.createDirectories(home.resolve("jobs/target/natives"));
    Files.createDirectories(home.resolve("deploy/spark/target/home/jars"));
    Path jar = home.resolve("jobs/target/curtain.jar");
    write(jar, "");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
  }

  /** A Java, below the test's folder, that prints what it was started as, and JAVA_HOME. */
  private Path java(String name, String version, boolean compiler) throws IOException {
    Path java = folder.resolve(name);
    write(java.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    program(java.resolve("bin/java"), "echo \"$0 ${JAVA_HOME:-}\"");
    if (compiler) {
      program(java.resolve("bin/javac"), "exit 1");
    }
    return java;
  }

  private void processor(String flags) throws IOException {
    write(
        system.resolve("proc/cpuinfo"),
        "processor\t: 0\nmodel name\t: A processor: with avx2 in its name\nflags\t\t: "
            + flags
            + "\nvmx flags\t: avx2\nbugs\t\t: spectre\n\nprocessor\t: 1\nflags\t\t: "
            + flags
            + "\n");
  }

  private void memory(String totalKib, String swapKib) throws IOException {
    write(
        system.resolve("proc/meminfo"),
        "MemTotal:       "
            + totalKib
            + " kB\nMemFree:        1000 kB\nSwapTotal:      "
            + swapKib
            + " kB\nSwapFree:       0 kB\n");
  }

  private void deleteProc() throws IOException {
    Files.delete(system.resolve("proc/cpuinfo"));
    Files.delete(system.resolve("proc/meminfo"));
  }

  private void answer(String name, String text) throws IOException {
    program(programs.resolve(name), "echo '" + text + "'");
  }

  private void program(Path file, String script) throws IOException {
    write(file, "#!/bin/sh\n" + script + "\n");
    assertTrue(file.toFile().setExecutable(true), "cannot be made executable");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Path tool(String name) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getenv("PATH"))
        .map(directory -> Path.of(directory, name).toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " on the PATH"));
  }
}
