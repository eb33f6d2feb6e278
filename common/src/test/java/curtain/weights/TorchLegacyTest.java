package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.network.Architecture;
import curtain.network.Normalisation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The format before PyTorch 1.6: what may be wrong between its pickles and its storages. */
@Timeout(60)
@Tag("fast")
final class TorchLegacyTest {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final byte[] DATA = WeightsFiles.floats(1, 2, 3);

  @TempDir Path scratch;

  @Test
  void readsAFileAndIgnoresWhatFollows() throws IOException {
    byte[] file = file(MAGIC, 1001, true, keys("0"), 3, DATA);
    assertArrayEquals(
        new float[] {1, 2, 3}, WeightsFiles.read(scratch, file).tensors().get("w").values());
    byte[] longer = file(MAGIC, 1001, true, keys("0"), 3, WeightsFiles.floats(1, 2, 3, 4));
    assertArrayEquals(
        new float[] {1, 2, 3}, WeightsFiles.read(scratch, longer).tensors().get("w").values());
  }

  @Test
  void readsAFileOfProtocol0() throws IOException {
    String pickles =
        """
        L119547037146038801333356L
        .I1001
        .(dS'little_endian'
        I01
        s.(dS'w'
        ctorch._utils
        _rebuild_tensor
        ((S'storage'
        ctorch
        FloatStorage
        S'0'
        S'cpu'
        I3
        NtQI1
        (I2
        t(I1
        ttRs.(lS'0'
        a.\
        """;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(pickles.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(int64(3));
    out.writeBytes(DATA);
    assertArrayEquals(
        new float[] {2, 3},
        WeightsFiles.read(scratch, out.toByteArray()).tensors().get("w").values());
  }

  @Test
  void readsViewsOfStorages() throws IOException {
    assertArrayEquals(
        new float[] {3}, WeightsFiles.read(scratch, viewing(1, 2, 1)).tensors().get("w").values());
    WeightsFiles.refuse(scratch, viewing(1, 1, 1), "lacks");
    WeightsFiles.refuse(scratch, viewing(2, 2, 0), "declares 2 elements");
    WeightsFiles.refuse(scratch, viewing(-1, 2, 0), "declares 2 elements");
    WeightsFiles.refuse(scratch, viewing(Long.MAX_VALUE, 2, 0), "declares 2 elements");
    WeightsFiles.refuse(scratch, viewing(1, Long.MAX_VALUE, 0), "elements for storage '0'");
  }

  /** A module beside the weights: its class has a persistent id, with the text of its source. */
  @Test
  void dropsModules() throws IOException {
    for (int source : new int[] {10, 10_000}) {
      byte[] beside =
          PickleWriter.protocol2()
              .raw('}', '(')
              .text("criterion")
              .bytes(module(source))
              .text("w")
              .tensor("FloatStorage", "0", 3, 0, new long[] {3}, new long[] {1})
              .raw('u')
              .end();
      byte[] file = file(MAGIC, 1001, true, beside, keys("0"), 3, DATA);
      assertArrayEquals(
          new float[] {1, 2, 3}, WeightsFiles.read(scratch, file).tensors().get("w").values());
    }
    byte[] whole = PickleWriter.protocol2().bytes(module(10)).end();
    refuse(file(MAGIC, 1001, true, whole, keys(), 3, new byte[0]), "holds no tensors");
    Path path = scratch.resolve("weights.pth");
    WeightsException e =
        assertThrows(
            WeightsException.class,
            () -> Architecture.of("demo_cnn").network(path, Normalisation.IMAGENET));
    assertTrue(
        e.getMessage().contains("holds a whole module of class 'my.code.Net'"), e.getMessage());
  }

  private static byte[] module(int source) {
    return new PickleWriter()
        .raw('(')
        .text("module")
        .global("my.code", "Net")
        .text("/home/me/code.py")
        .text("x".repeat(source))
        .raw('t', 'Q', ')', 0x81, '}')
        .text("_modules")
        .raw('}', 's', 'b')
        .part();
  }

  @Test
  void refusesWhatTorchSaveDidNotWrite() {
    refuse(file(BigInteger.ONE, 1001, true, keys("0"), 3, DATA), "not one that torch.save wrote");
    refuse(file(MAGIC, 1002, true, keys("0"), 3, DATA), "other than 1001");
    refuse(file(MAGIC, 1001, false, keys("0"), 3, DATA), "big-endian");
    refuse(file(MAGIC, 1001, true, PickleWriter.protocol2().raw('N').end(), 3, DATA), "list of");
    refuse(file(MAGIC, 1001, true, keys(), 3, DATA), "list of storages does not fit");
    refuse(file(MAGIC, 1001, true, keys("1"), 3, DATA), "list of storages does not fit");
    refuse(file(MAGIC, 1001, true, keys("0", "0"), 3, DATA), "list of storages does not fit");
    refuse(
        file(MAGIC, 1001, true, PickleWriter.protocol2().raw(']', 'N', 'a').end(), 3, DATA),
        "list of storages does not fit");
  }

  @Test
  void countsStoragesAgainstTheFile() {
    refuse(file(MAGIC, 1001, true, keys("0"), 2, DATA), "declares 3 elements");
    refuse(file(MAGIC, 1001, true, keys("0"), -1, DATA), "declares 3 elements");
    refuse(file(MAGIC, 1001, true, keys("0"), Long.MAX_VALUE, DATA), "declares 3 elements");
    refuse(file(MAGIC, 1001, true, keys("0"), 3, WeightsFiles.floats(1, 2)), "cut short");
    for (long count : new long[] {1L << 40, 1L << 61, Long.MAX_VALUE}) { // both lie alike
      byte[] object = PickleWriter.oneTensor(count, 1);
      refuse(file(MAGIC, 1001, true, object, keys("0"), count, DATA), "");
    }
  }

  private void refuse(byte[] file, String expected) {
    WeightsFiles.refuse(scratch, file, expected);
  }

  /** A tensor of one element at an offset in a view of three elements. */
  private static byte[] viewing(long start, long count, long offset) {
    byte[] object =
        PickleWriter.protocol2()
            .raw('}')
            .text("w")
            .global("torch._utils", "_rebuild_tensor")
            .raw('(', '(')
            .text("storage")
            .global("torch", "FloatStorage")
            .text("0")
            .text("cpu")
            .integer(3)
            .raw('(')
            .text("view")
            .integer(start)
            .integer(count)
            .raw('t', 't', 'Q')
            .integer(offset)
            .integers(1)
            .integers(1)
            .raw('t', 'R', 's')
            .end();
    return file(MAGIC, 1001, true, object, keys("0"), 3, DATA);
  }

  private static byte[] keys(String... keys) {
    PickleWriter pickle = PickleWriter.protocol2().raw(']', '(');
    for (String key : keys) {
      pickle.text(key);
    }
    return pickle.raw('e').end();
  }

  private static byte[] file(
      BigInteger magic, long protocol, boolean little, byte[] keys, long count, byte[] data) {
    return file(magic, protocol, little, PickleWriter.oneTensor(3, 3), keys, count, data);
  }

  private static byte[] file(
      BigInteger magic,
      long protocol,
      boolean little,
      byte[] object,
      byte[] keys,
      long count,
      byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PickleWriter.protocol2().integer(magic).end());
    out.writeBytes(PickleWriter.protocol2().integer(protocol).end());
    out.writeBytes(
        PickleWriter.protocol2()
            .raw('}')
            .text("little_endian")
            .raw(little ? 0x88 : 0x89, 's')
            .end());
    out.writeBytes(object);
    out.writeBytes(keys);
    out.writeBytes(int64(count));
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static byte[] int64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
