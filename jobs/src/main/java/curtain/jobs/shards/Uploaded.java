package curtain.jobs.shards;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.BBPartHandle;
import org.apache.hadoop.fs.BBUploadHandle;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.UploadHandle;

/**
 * A file all of whose bytes an object store has, and that is not there until its upload is
 * completed.
 *
 * @param upload the store's name of the upload, in base64
 * @param parts the store's names of its parts, in base64, in their order
 * @param bytes length of the file
 */
record Uploaded(String upload, List<String> parts, long bytes) {
  Uploaded {
    parts = List.copyOf(parts);
  }

  static Uploaded of(UploadHandle upload, List<PartHandle> parts, long bytes) {
    List<String> names = new ArrayList<>();
    parts.forEach(part -> names.add(Base64.getEncoder().encodeToString(part.toByteArray())));
    return new Uploaded(Base64.getEncoder().encodeToString(upload.toByteArray()), names, bytes);
  }

  UploadHandle uploadHandle() {
    return BBUploadHandle.from(decoded(upload));
  }

  /** The parts by their numbers, which begin at 1. */
  Map<Integer, PartHandle> partHandles() {
    Map<Integer, PartHandle> handles = new HashMap<>();
    for (String part : parts) {
      handles.put(handles.size() + 1, BBPartHandle.from(decoded(part)));
    }
    return handles;
  }

  private static ByteBuffer decoded(String name) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(name));
  }
}
