package curtain.compile;

import java.util.List;

/**
 * A pass of {@link EagerProgram} that is being written.
 *
 * @param method that the statements go to
 * @param constants that it reads, to which texts add
 * @param soft whether gates are straight-through ones
 */
record EagerPass(Method method, List<Constant> constants, boolean soft) {
  /** Adds a vector to the constants, and returns the variable that holds it. */
  String vector(String name, int length, Constant.Values values) {
    constants.add(Constant.vector(name, length, values));
    return method.constant(name);
  }
}
