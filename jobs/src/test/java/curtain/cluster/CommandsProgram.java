package curtain.cluster;

import curtain.jobs.Main;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Commands one after the other in one driver; each argument is one, its words between tabs. */
final class CommandsProgram {
  private CommandsProgram() {}

  /** Runs them; exits with the status of the first that fails. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
    for (String command : arguments) {
      int status = Main.run(out, err, command.split("\t", -1));
      if (status != 0) {
        System.exit(status);
      }
    }
  }
}
