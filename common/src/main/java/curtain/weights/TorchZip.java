package curtain.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The format of {@code torch.save} since PyTorch 1.6: a zip with {@code NAME/data.pkl}, the raw
 * little-endian storages {@code NAME/data/KEY}, and perhaps {@code NAME/byteorder}.
 */
final class TorchZip {
  private static final String PICKLE = "/data.pkl";

  /** The most bytes of a pickle that has to be inflated into memory; torch.save deflates none. */
  private static final int MOST_INFLATED = 64 << 20;

  private TorchZip() {}

  static Contents read(Bytes file) throws IOException {
    ZipArchive archive = ZipArchive.open(file);
    String root = root(archive.names());
    checkByteOrder(archive, root + "/byteorder");
    if (!archive.isStored(root + PICKLE) && archive.size(root + PICKLE) > MOST_INFLATED) {
      throw new MalformedException(
          "has a compressed pickle of more than "
              + (MOST_INFLATED >> 20)
              + " MiB: unpack the archive, and zip it without compression (zip -0)");
    }
    Declarations declarations = new Declarations();
    Object top =
        new Unpickler(new PickleInput(archive.content(root + PICKLE)), declarations).load();
    for (TensorStorage storage : declarations.storages().values()) {
      long bytes = storage.count() * storage.dtype().bytes();
      if (archive.size(root + "/data/" + storage.key()) != bytes) {
        throw Declarations.sized(storage.key(), storage.count());
      }
    }
    return Contents.of(top, declarations.memory(), key -> archive.content(root + "/data/" + key));
  }

  private static String root(List<String> names) throws MalformedException {
    List<String> roots =
        names.stream()
            .filter(name -> name.endsWith(PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .filter(root -> root.indexOf('/') < 0)
            .toList();
    if (roots.isEmpty()) {
      throw new MalformedException(ForeignFile.zip(names));
    }
    if (roots.size() != 1) {
      throw new MalformedException(
          "is a zip archive, but not one that torch.save wrote: it has more than one data.pkl");
    }
    if (names.contains(roots.get(0) + "/constants.pkl")) {
      throw new MalformedException(
          "is a TorchScript program, not a state dict: save that, in Python"
              + " torch.save(torch.jit.load('FILE').state_dict(), 'weights.pth')");
    }
    return roots.get(0);
  }

  private static void checkByteOrder(ZipArchive archive, String name) throws IOException {
    long size = archive.size(name);
    if (size < 0) { // before PyTorch 2.1
      return;
    }
    Bytes content = archive.content(name);
    byte[] order = content.read(0, (int) Math.min(16, content.size()));
    if (!new String(order, StandardCharsets.ISO_8859_1).equals("little")) {
      throw new MalformedException(
          "was written on a big-endian machine: load and save it on a little-endian one");
    }
  }
}
