package curtain.gram;

import ai.djl.Device;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Gram matrices of a few images, for tests. */
final class Grams {
  private Grams() {}

  /** Compiles and loads. */
  static LoadedProgram load(Network network, GramOptions options) throws IOException {
    Path archive = Files.createTempFile("gram", ".pt");
    try {
      Compiler.gram(network, options.gate(), options.numbers()).write(archive);
      return LoadedProgram.load(archive, Device.cpu());
    } finally {
      Files.delete(archive);
    }
  }

  /** Images from this one on, in batches of the kernel's size. */
  static Iterator<GateBlock> observe(GramKernel kernel, List<byte[]> images) {
    List<List<byte[]>> batches = new ArrayList<>();
    for (int from = 0; from < images.size(); from += kernel.batchSize()) {
      batches.add(images.subList(from, Math.min(images.size(), from + kernel.batchSize())));
    }
    return batches.stream().map(kernel::observe).iterator();
  }

  /** All pairs, as one tile whose rows are held as one block. */
  static Tile whole(GramKernel kernel, List<byte[]> images, boolean diagonal) {
    try (GateBlock rows = kernel.join(observe(kernel, images), images.size())) {
      return diagonal
          ? kernel.diagonal(rows, true)
          : kernel.multiply(rows, observe(kernel, images), images.size(), true);
    }
  }
}
