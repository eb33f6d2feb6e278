/**
 * State dicts: names to tensors, from files that {@code torch.save} or safetensors wrote.
 *
 * <p>{@link curtain.weights.Checkpoint#open} is the only way in. A weights file is untrusted: its
 * pickle is read by a small stack machine that makes plain data, takes every global for a name, and
 * runs nothing; and no length in the file is believed before it is checked against the file itself.
 */
package curtain.weights;
