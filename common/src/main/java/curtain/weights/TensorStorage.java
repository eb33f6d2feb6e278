package curtain.weights;

/**
 * A run of elements that tensors view, as a checkpoint declares it.
 *
 * @param key its name in the file
 * @param dtype element type
 * @param start first element, in the bytes that the file keeps under the key
 * @param count number of elements
 */
record TensorStorage(String key, DType dtype, long start, long count) {}
