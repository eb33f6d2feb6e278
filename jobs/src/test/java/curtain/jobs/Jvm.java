package curtain.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java of its own, with the tests' class path and the product's options. */
final class Jvm {
  private Jvm() {}

  /** The command that runs a class; its arguments go behind. */
  static List<String> command(String main, String... options) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path root = Path.of(System.getProperty("curtain.root", ".."));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(java);
    command.add("@" + root.resolve("conf/jvm.options"));
    command.add("-Xmx1g");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath, main));
    return command;
  }
}
