package curtain.jobs.gram;

import curtain.engine.Machine;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import curtain.gram.IntegerProducts;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.jobs.task.ProgramFile;
import java.io.IOException;
import java.io.Serializable;

/**
 * What every task of a Gram matrix needs: the compiled network, and how images become gates.
 *
 * @param program the compiled network
 * @param gram gate, temperature and precision of the kernel
 * @param options size and transform of images
 * @param classes class list of the network, by which labels are read
 * @param batchSize images of a forward pass
 */
record GramNetwork(
    ProgramFile program, GramOptions gram, ImageOptions options, ClassList classes, int batchSize)
    implements Serializable {

  /** The machine that this process runs the network on, and how it multiplies integers. */
  Machine machine() throws IOException {
    return program.machine().with(IntegerProducts.of(program.load(batchSize)).toString());
  }

  /** The kernel on this task's device. */
  GramKernel kernel() throws IOException {
    return new GramKernel(program.load(batchSize), gram, batchSize);
  }
}
