package curtain.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A run of the program in this process: its status and what it printed. */
public record Run(int status, String out, String err) {
  public static Run curtain(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Run(status, out.toString(), err.toString());
  }
}
