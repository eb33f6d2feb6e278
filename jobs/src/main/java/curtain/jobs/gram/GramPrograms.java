package curtain.jobs.gram;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.PathProgram;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.compile.ProgramInfo;
import curtain.compile.Target;
import curtain.gates.PoolGate;
import curtain.gram.PathKernel;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import curtain.network.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The compiled programs of a Gram matrix, in temporary files that are deleted on close. */
final class GramPrograms implements AutoCloseable {
  private final GramArguments gram;
  private final Network network;
  private final Threads threads;
  private final List<Path> files = new ArrayList<>();

  /** Compiles the programs that the options need, for these devices. */
  GramPrograms(GramArguments gram, Network network, Threads threads, Target target)
      throws IOException {
    this.gram = gram;
    this.network = network;
    this.threads = threads;
    try {
      add(Compiler.gram(network, gram.lambda().gate(), gram.lambda().gram().numbers(), target));
      if (gram.paths()) {
        add(
            Compiler.compile(
                network,
                new CompileOptions(
                    gram.lambda().gate(), PoolGate.HARD, false, Precision.FLOAT32, target)));
        add(PathProgram.compile(network, gram.lambda().gram().biasCoordinate()));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void add(Program program) throws IOException {
    files.add(ProgramFile.write(program, threads.perTask()));
  }

  /** Layers and input of the product kernel's program. */
  ProgramInfo info() throws IOException {
    return ProgramInfo.read(files.get(0));
  }

  /** Length of the penultimate feature. */
  int features() {
    return network.nodes().get(network.penultimate()).channels();
  }

  /** The files, which Spark copies to executors. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** The program of the product kernel, as tasks load it. */
  ProgramFile products(String device) throws IOException {
    return file(0, device);
  }

  /** The exact path kernel, as tasks load it, or null where it is not asked for. */
  GramPaths paths(String device, int batchSize) throws IOException {
    return gram.paths()
        ? new GramPaths(file(1, device), file(2, device), gram.lambda().temperature(), batchSize)
        : null;
  }

  private ProgramFile file(int at, String device) throws IOException {
    return ProgramFile.of(files.get(at), threads.isLocal(), device, threads.perTask());
  }

  /** Prints what the exact path kernel costs, where it is asked for. */
  void printCost(GramPlan plan, PrintWriter err) {
    if (gram.paths() && err != null) {
      err.printf(
          Locale.ROOT,
          "curtain gram: exact path kernel: %,d pairs of %.2g billion operations in float64 each%n",
          plan.pairs(),
          PathKernel.cost(network) / 1e9);
      err.flush();
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
