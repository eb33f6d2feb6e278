package curtain.fuzz;

/**
 * A reader with its inputs and its bound.
 *
 * @param name of the reader, also of its saved findings
 * @param inputs how many, where no minutes were asked for
 * @param mutation makes the inputs
 * @param reader reads them
 * @param bytes what one read may allocate for an input of any size
 * @param bytesPerByte what it may allocate more for each byte of the input
 */
public record Target(
    String name, int inputs, Mutation mutation, Reader reader, long bytes, long bytesPerByte) {}
