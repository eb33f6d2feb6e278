package curtain.weights;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes the safetensors format, float32 only: the header's length as a little-endian u64, the
 * header, padded by spaces to a multiple of eight bytes, and the tensors' bytes in its order.
 */
final class SafetensorsWriter {
  private static final Pattern NAME = Pattern.compile("[\\w.]+");
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes a file.
   *
   * @throws IllegalArgumentException if a name has characters other than letters, digits, dots and
   *     underscores
   */
  static void write(Map<String, Tensor> tensors, Path file) throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (!NAME.matcher(entry.getKey()).matches()) {
        throw new IllegalArgumentException("'" + entry.getKey() + "' is no name of a parameter");
      }
      long end = at + (long) Float.BYTES * entry.getValue().values().length;
      header
          .append(",\"")
          .append(entry.getKey())
          .append("\":{\"dtype\":\"F32\",\"shape\":")
          .append(Arrays.toString(entry.getValue().shape()).replace(" ", ""))
          .append(",\"data_offsets\":[")
          .append(at)
          .append(',')
          .append(end)
          .append("]}");
      at = end;
    }
    header.append('}');
    while (header.length() % ALIGNMENT != 0) {
      header.append(' ');
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.wrap(new byte[Long.BYTES])
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length())
              .array());
      out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
      for (Tensor tensor : tensors.values()) {
        ByteBuffer bytes =
            ByteBuffer.wrap(new byte[Float.BYTES * tensor.values().length])
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        out.write(bytes.array());
      }
    }
  }
}
