package curtain.jobs;

import curtain.weights.StateDict;
import curtain.weights.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** Writes state dicts, for networks that nobody trained. */
final class WeightsFile {
  private WeightsFile() {}

  /** A {@code demo_cnn} of ten classes with random weights. */
  static Path demoCnn(Path file, long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    convolution(tensors, random, "", 1, 3, 16);
    convolution(tensors, random, "", 2, 16, 32);
    convolution(tensors, random, "block.", 1, 32, 32);
    convolution(tensors, random, "block.", 2, 32, 32);
    convolution(tensors, random, "", 3, 32, 64);
    tensors.put("fc.weight", normal(random, 0.1, 10, 64));
    tensors.put("fc.bias", normal(random, 0.1, 10));
    return write(file, tensors);
  }

  /** The trained ResNet-20, but for the logit of class 9, which is not finite. */
  static Path overflowingAtNine(Path file) throws IOException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(StateDict.read(Shared.path(Shared.CIFAR_WEIGHTS)).tensors());
    Tensor linear = tensors.get("linear.weight");
    float[] values = linear.values().clone();
    Arrays.fill(values, 9 * 64, 10 * 64, Float.MAX_VALUE);
    tensors.put("linear.weight", Tensor.of(linear.shape(), values));
    return write(file, tensors);
  }

  private static void convolution(
      Map<String, Tensor> tensors, Random random, String prefix, int number, int from, int to) {
    tensors.put(prefix + "conv" + number + ".weight", normal(random, 0.1, to, from, 3, 3));
    for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
      Tensor values = normal(random, 0.1, to);
      for (int i = 0; i < to && !name.equals("bias"); i++) {
        values.values()[i] = 1;
      }
      tensors.put(prefix + "bn" + number + "." + name, values);
    }
  }

  private static Tensor normal(Random random, double std, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return Tensor.of(shape, values);
  }

  /** As safetensors. */
  static Path write(Path file, Map<String, Tensor> tensors) throws IOException {
    StringJoiner header = new StringJoiner(",", "{", "}");
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long end = at + 4L * entry.getValue().values().length;
      header.add(
          String.format(
              Locale.ROOT,
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              entry.getKey(),
              Arrays.toString(entry.getValue().shape()),
              at,
              end));
      at = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      for (Tensor tensor : tensors.values()) {
        ByteBuffer bytes =
            ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        out.write(bytes.array());
      }
    }
    return file;
  }
}
