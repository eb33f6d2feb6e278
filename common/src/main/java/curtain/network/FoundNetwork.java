package curtain.network;

import java.util.List;

/**
 * A network, and where a weights file has its entries.
 *
 * @param network the network with its weights
 * @param key keys that lead to its state dict, joined by dots; empty at the top of the file
 * @param prefix what precedes the network's names in it, empty or ended by a dot
 * @param entries number of entries that the network takes
 * @param leftOut entries of the dict that are no part of the network
 */
public record FoundNetwork(
    Network network, String key, String prefix, int entries, List<String> leftOut) {
  /** Copies the list. */
  public FoundNetwork {
    leftOut = List.copyOf(leftOut);
  }
}
