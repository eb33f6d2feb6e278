package curtain.fuzz;

import java.util.random.RandomGenerator;

/** Makes one input; the same input of the same random numbers. */
public interface Mutation {
  /** A damaged file. */
  byte[] make(RandomGenerator random) throws Exception;
}
