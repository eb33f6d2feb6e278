package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When {@code ./curtain} rehearses, and which file of classes it gives Java. A copy of it runs in a
 * checkout of the test's making, with a {@code java} that says what it was given.
 */
@Tag("fast")
final class RehearsalTest {
  private static final String REHEARSES = "echo all classes >\"$made\"";

  @TempDir Path folder;
  private Path home;
  private Path java;

  @BeforeEach
  void layOut() throws IOException {
    home = folder.resolve("a checkout");
    Path root = Path.of(System.getProperty("curtain.root", ".."));
    write(home.resolve("curtain"), Files.readString(root.resolve("curtain")));
    for (String file :
        List.of(
            "pom.xml",
            "common/pom.xml",
            "common/src/main/A.java",
            "jobs/pom.xml",
            "jobs/src/main/B.java",
            "deploy/spark/pom.xml",
            "deploy/spark/target/home/jars/spark.jar",
            "conf/jvm.options",
            "conf/native.env",
            "jobs/target/natives/torch.jar",
            "jobs/target/curtain.jar")) {
      write(home.resolve(file), "");
    }
    java = folder.resolve("jdk");
    write(java.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    java(REHEARSES);
  }

  @Test
  void oneRehearsalSuffices() throws Exception {
    assertEquals("all classes", launch());
    assertEquals("all classes", launch());
    assertEquals(1, rehearsals());
    assertEquals(1, archives().size(), archives().toString());
  }

  @Test
  void aBuildIsRehearsedAgain() throws Exception {
    launch();
    List<Path> before = archives();
    write(home.resolve("jobs/target/curtain.jar"), "another");
    assertEquals("all classes", launch());
    assertEquals(2, rehearsals());
    assertEquals(before, archives());
  }

  @Test
  void anOlderBuildIsRehearsedAgain() throws Exception {
    Path jar = home.resolve("jobs/target/curtain.jar");
    FileTime older = Files.getLastModifiedTime(jar);
    write(jar, "another");
    launch();
    Files.setLastModifiedTime(jar, older);
    touchSources(older);
    assertEquals("all classes", launch());
    assertEquals(2, rehearsals());
  }

  @Test
  void anotherJavaIsRehearsedBesideTheFirst() throws Exception {
    launch();
    write(java.resolve("release"), "JAVA_VERSION=\"17.0.16\"\n");
    assertEquals("all classes", launch());
    assertEquals(2, rehearsals());
    assertEquals(2, archives().size());
  }

  @Test
  void aFolderThatMovedIsRehearsedAgain() throws Exception {
    launch();
    Path moved = folder.resolve("another place");
    Files.move(home, moved);
    home = moved;
    assertEquals("all classes", launch());
    assertEquals("all classes", launch());
    assertEquals(2, rehearsals());
  }

  @Test
  void aFailureIsNotTriedAgain() throws Exception {
    java("echo some classes >\"$made\"; exit 1");
    assertEquals("none", launch());
    assertEquals("none", launch());
    assertEquals(1, rehearsals());
  }

  @Test
  void aRehearsalThatLeavesNothingIsNotTriedAgain() throws Exception {
    java("exit 0");
    assertEquals("none", launch());
    assertEquals("none", launch());
    assertEquals(1, rehearsals());
  }

  @Test
  void aFileThatWasCutIsNotGivenToJava() throws Exception {
    launch();
    Path archive = archives().get(0);
    FileTime time = Files.getLastModifiedTime(archive);
    Files.writeString(archive, "all");
    Files.setLastModifiedTime(archive, time);
    assertEquals("all classes", launch());
    assertEquals(2, rehearsals());
    assertEquals(List.of(archive), archives());
  }

  @Test
  void whereNothingCanBeWrittenItGoesWithout() throws Exception {
    // A file in the folder's place: who runs as root may write anywhere else.
    write(home.resolve("jobs/target/start"), "");
    assertEquals("none", launch());
    assertEquals(0, rehearsals());
  }

  @Test
  void anotherStartMeanwhileGoesWithout() throws Exception {
    Path goOn = folder.resolve("go on");
    java("while [ ! -e '" + goOn + "' ]; do sleep 0.05; done; " + REHEARSES);
    Process first = start(folder.resolve("first"));
    try {
      while (rehearsals() == 0) {
        assertTrue(first.isAlive());
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertEquals("none", launch());
    } finally {
      Files.createFile(goOn);
    }
    assertEquals(0, first.waitFor());
    assertEquals("all classes\n", Files.readString(folder.resolve("first")));
    assertEquals("all classes", launch());
    assertEquals(1, rehearsals());
  }

  @Test
  void whatAnEndedRehearsalLeftIsRemoved() throws Exception {
    java("while true; do sleep 0.05; done");
    Process first = start(folder.resolve("first"));
    while (rehearsals() == 0) {
      assertTrue(first.isAlive());
      TimeUnit.MILLISECONDS.sleep(20);
    }
    first.destroy();
    assertEquals(143, first.waitFor());
    assertEquals(List.of(), archives());
    write(home.resolve("jobs/target/start/rehearsal-killed/classes.jsa"), "some");
    java(REHEARSES);
    assertEquals("all classes", launch());
    try (Stream<Path> files = Files.list(home.resolve("jobs/target/start"))) {
      assertEquals(archives(), files.toList());
    }
  }

  /** What the file holds that Java is given, or {@code none}; nothing else is said. */
  private String launch() throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    assertEquals(0, start(said).waitFor(), Files.readString(said));
    return Files.readString(said).strip();
  }

  private Process start(Path said) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", home.resolve("curtain").toString(), "--version")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("JAVA_HOME", java.toString());
    return builder.start();
  }

  /** Makes the {@code java}; {@code $made} is the file that a rehearsal is to make. */
  private void java(String rehearsal) throws IOException {
    Path program = java.resolve("bin/java");
    write(
        program,
        """
        #!/bin/sh
        given=none
        for argument in "$@"; do
          case $argument in
            -XX:ArchiveClassesAtExit=*)
              made=${argument#*=}
              echo rehearsed >>'%s'
              %s
              exit
              ;;
            -XX:SharedArchiveFile=*) given=$(cat "${argument#*=}") ;;
          esac
        done
        echo "$given"
        """
            .formatted(folder.resolve("rehearsals"), rehearsal));
    assertTrue(program.toFile().setExecutable(true), "cannot be made executable");
  }

  private long rehearsals() throws IOException {
    Path list = folder.resolve("rehearsals");
    return Files.exists(list) ? Files.readAllLines(list).size() : 0;
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("jobs/target/start"))) {
      return files.filter(file -> file.toString().endsWith(".jsa")).sorted().toList();
    }
  }

  /** Makes all sources older than this, so that nothing is built. */
  private void touchSources(FileTime time) throws IOException {
    for (String file :
        List.of(
            "pom.xml",
            "common/pom.xml",
            "common/src/main",
            "common/src/main/A.java",
            "jobs/pom.xml",
            "jobs/src/main",
            "jobs/src/main/B.java",
            "deploy/spark/pom.xml")) {
      Files.setLastModifiedTime(home.resolve(file), time);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
