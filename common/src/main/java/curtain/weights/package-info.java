/**
 * State dicts: names to tensors, from files that {@code torch.save} or safetensors wrote.
 *
 * <p>{@link curtain.weights.StateDict#read} is the only way in. A weights file is untrusted: its
 * pickle is read by a small stack machine that makes plain data and refuses every global but a
 * dozen known ones, and no length in the file is believed before it is checked against the file
 * itself.
 */
package curtain.weights;
