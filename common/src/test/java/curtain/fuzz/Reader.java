package curtain.fuzz;

/** What is fuzzed. */
public interface Reader {
  /**
   * Reads an input.
   *
   * @return null where it gave a value; else the message of the documented error
   * @throws Exception anything thrown from here is a finding
   */
  String read(byte[] input) throws Exception;
}
