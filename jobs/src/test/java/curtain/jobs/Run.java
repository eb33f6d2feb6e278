package curtain.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run of the program in this process: its status and what it printed. */
public record Run(int status, String out, String err) {
  public static Run curtain(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Run(status, out.toString(), err.toString());
  }

  /** {@code curtain figures} of one directory in another. */
  static Run figures(Path input, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("figures", "--input", input.toString(), "--output", output.toString()));
    arguments.addAll(List.of(more));
    return curtain(arguments.toArray(String[]::new));
  }
}
