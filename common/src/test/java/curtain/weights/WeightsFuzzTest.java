package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import curtain.fuzz.Canary;
import curtain.fuzz.Damage;
import curtain.fuzz.Fuzz;
import curtain.fuzz.Mutation;
import curtain.fuzz.Target;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged weights files, many thousands of each kind: a state dict, or one line that says why. */
@Tag("engine")
final class WeightsFuzzTest {
  private static final byte[] FOUR = WeightsFiles.floats(1, 2, 3, 4);
  private static final byte[] TWO = {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0};
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** Inflated entries may be a hundred times their packed size, and floats four times that. */
  private static final long PER_BYTE = 500;

  private static final long MEMORY = 16L << 20;

  @TempDir Path scratch;
  private int count;

  @Test
  void pickles() throws Exception {
    List<byte[]> seeds = pickleSeeds();
    PickleMutator mutator = mutator(seeds);
    fuzz(
        "pickle",
        12_000,
        random -> {
          byte[] pickle = mutator.mutate(random, Damage.pick(random, seeds));
          return ZipWriter.checkpoint(pickle, FOUR, TWO);
        });
  }

  @Test
  void zips() throws Exception {
    List<byte[]> pickles = pickleSeeds();
    PickleMutator mutator = mutator(pickles);
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] pickle : pickles) {
      seeds.add(ZipWriter.checkpoint(pickle, FOUR, TWO));
    }
    fuzz(
        "torch zip",
        12_000,
        random ->
            random.nextBoolean()
                ? Damage.bytes(random, Damage.pick(random, seeds), seeds)
                : zip(random, Damage.pick(random, pickles), mutator));
  }

  @Test
  void legacy() throws Exception {
    List<List<byte[]>> seeds = new ArrayList<>(); // a file's pickles, and what follows them
    for (byte[] pickle : pickleSeeds()) {
      seeds.add(legacy(pickle));
    }
    for (Path real : WeightsFiles.real()) {
      byte[] file = Files.readAllBytes(real);
      if (file[0] == (byte) 0x80 && seeds.size() < 8) {
        seeds.add(List.of(Arrays.copyOf(file, 1 << 15), new byte[0]));
      }
    }
    List<byte[]> files = seeds.stream().map(Damage::join).toList();
    PickleMutator mutator = mutator(files);
    fuzz(
        "torch legacy",
        12_000,
        random -> {
          if (random.nextInt(3) == 0) {
            return Damage.bytes(random, Damage.pick(random, files), files);
          }
          List<byte[]> parts = new ArrayList<>(Damage.pick(random, seeds));
          int at = random.nextInt(parts.size());
          parts.set(
              at,
              at == parts.size() - 1 && parts.get(at).length > 0
                  ? Damage.bytes(random, parts.get(at), files)
                  : mutator.mutate(random, parts.get(0)));
          return Damage.join(parts);
        });
  }

  @Test
  void safetensors() throws Exception {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],"
            + "\"data_offsets\":[0,16]},\"module.n\":{\"dtype\":\"I64\",\"shape\":[2],"
            + "\"data_offsets\":[16,32]},\"\\u00e9\":{\"dtype\":\"BF16\",\"shape\":[1,0],"
            + "\"data_offsets\":[32,32]}}";
    byte[] data = Damage.join(FOUR, TWO);
    List<byte[]> seeds =
        List.of(
            WeightsFiles.safetensors(header, data),
            WeightsFiles.safetensors(
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}}", TWO));
    fuzz(
        "safetensors",
        12_000,
        random ->
            random.nextInt(3) == 0
                ? Damage.bytes(random, Damage.pick(random, seeds), seeds)
                : WeightsFiles.safetensors(json(random, header), data));
  }

  private void fuzz(String name, int inputs, Mutation mutation) throws Exception {
    Fuzz.run(new Target(name, inputs, mutation, this::read, MEMORY, PER_BYTE));
    assertFalse(Files.exists(canary()), "a pickle was run");
    assertEquals(null, System.getProperty(Canary.SUNG), "a class was loaded for a pickle");
  }

  private Path canary() {
    return scratch.resolve("canary");
  }

  private PickleMutator mutator(List<byte[]> pickles) {
    return new PickleMutator(pickles, canary().toString());
  }

  /** The message, null of a state dict whose tensors are whole. */
  private String read(byte[] file) throws IOException {
    // A new file each time: some file systems write a truncated one through to the disk.
    Path path = Files.write(scratch.resolve("fuzz" + count++ + ".pth"), file);
    try {
      StateDictFile.read(path)
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertEquals(
                      Arrays.stream(tensor.shape()).asLongStream().reduce(1, (a, b) -> a * b),
                      tensor.values().length));
      return null;
    } catch (WeightsException e) {
      String prefix = path + ": ";
      assertEquals(prefix, e.getMessage().substring(0, prefix.length()));
      return e.getMessage().substring(prefix.length());
    } finally {
      Files.delete(path);
    }
  }

  /** Pickles on storage 0 of 16 bytes, storage 1 of as many, and those of real checkpoints. */
  private static List<byte[]> pickleSeeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(PickleWriter.oneTensor(4, 2, 2));
    seeds.add(
        PickleWriter.protocol2()
            .global("collections", "OrderedDict")
            .raw(')', 'R', 'q', 0, '(')
            .text("module.b")
            .tensor("FloatStorage", "0", 4, 1, new long[] {2, 1}, new long[] {1, 2})
            .text("c")
            .tensor("HalfStorage", "1", 8, 0, new long[] {2, 2, 2}, new long[] {1, 2, 4})
            .text("n")
            .tensor("HalfStorage", "1", 8, 3, new long[0], new long[0])
            .raw('u', '}')
            .text("_metadata")
            .global("collections", "OrderedDict")
            .raw(')', 'R', 's', 'b')
            .end());
    seeds.add(
        PickleWriter.protocol2()
            .raw('}', 'q', 0, '(')
            .text("epoch")
            .integer(7)
            .text("best")
            .raw('G', 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)
            .text("args")
            .raw(']', 'q', 1, '(', 'K', 1, 'N', 0x88, 'e')
            .text("size")
            .global("torch", "Size")
            .integers(3, 4)
            .raw(0x85, 'R')
            .text("names")
            .global("__builtin__", "set")
            .raw(']', 0x85, 'R')
            .text("state_dict")
            .raw('}', '(')
            .text("a")
            .global("torch._utils", "_rebuild_parameter")
            .raw('(')
            .tensor("LongStorage", "1", 2, 0, new long[] {2}, new long[] {1})
            .raw(0x88, '}', 't', 'R', 'u', 'u')
            .end());
    seeds.add(
        ("(dS'w'\nctorch._utils\n_rebuild_tensor\n((S'storage'\nctorch\nFloatStorage\nS'0'\n"
                + "S'cpu'\nI4\ntQI1\n(I2\nt(L1L\nttRp0\nsV\\u00e9\nF1.5\ns.")
            .getBytes(StandardCharsets.ISO_8859_1));
    for (Path real : WeightsFiles.real()) {
      if (Files.readAllBytes(real)[0] == 'P' && seeds.size() < 6) {
        seeds.add(pickleOf(real));
      }
    }
    return seeds;
  }

  private static byte[] pickleOf(Path checkpoint) throws IOException {
    try (ZipFile zip = new ZipFile(checkpoint.toFile())) {
      String name =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(entry -> entry.endsWith("/data.pkl"))
              .findFirst()
              .orElseThrow();
      return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }
  }

  /** An archive whose checksums are right and whose directory may lie. */
  private static byte[] zip(RandomGenerator random, byte[] pickle, PickleMutator mutator) {
    ZipWriter zip = new ZipWriter(random.nextInt(3) == 0);
    byte[] changed = random.nextBoolean() ? mutator.mutate(random, pickle) : pickle;
    List<byte[]> contents = List.of(changed, FOUR, TWO, new byte[] {'3', '\n'}, new byte[2000]);
    List<String> names =
        List.of("a/data.pkl", "a/data/0", "a/data/1", "a/version", "a/byteorder", "b/data.pkl");
    for (int i = 0; i < 3; i++) {
      if (random.nextInt(20) > 0) {
        entry(random, zip, names.get(i), contents.get(i));
      }
    }
    for (int n = random.nextInt(3); n > 0; n--) {
      entry(random, zip, Damage.pick(random, names), Damage.pick(random, contents));
    }
    byte[] whole = zip.end();
    return random.nextInt(4) > 0 ? whole : Damage.bytes(random, whole, List.of(whole));
  }

  private static void entry(RandomGenerator random, ZipWriter zip, String name, byte[] content) {
    byte[] packed = ZipWriter.deflate(content);
    int crc = ZipWriter.crc(content);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> zip.stored(name, content);
      case 3, 4 -> zip.deflated(name, content);
      case 5 -> zip.entry(name, 8, packed, Damage.boundary(random), crc);
      case 6 -> zip.entry(name, 8, Damage.bytes(random, packed, List.of(packed)), 16, crc);
      default -> {
        long position = random.nextBoolean() ? zip.position() : Damage.boundary(random);
        long size = random.nextBoolean() ? content.length : Damage.boundary(random);
        int method = random.nextInt(4) == 0 ? random.nextInt(100) : 0;
        zip.entry(name, random.nextInt(2), method, content, size, size, crc, position);
      }
    }
  }

  private static List<byte[]> legacy(byte[] pickle) {
    return List.of(
        PickleWriter.protocol2().integer(new BigInteger("1950a86a20f9469cfc6c", 16)).end(),
        PickleWriter.protocol2().integer(1001).end(),
        PickleWriter.protocol2().raw('}').text("little_endian").raw(0x88, 's').end(),
        pickle,
        contains(pickle, "LongStorage") || contains(pickle, "HalfStorage")
            ? contains(pickle, "FloatStorage") ? keys("0", "1") : keys("1")
            : keys("0"),
        Damage.join(
            contains(pickle, "FloatStorage") ? Damage.join(count(4), FOUR) : new byte[0],
            contains(pickle, "HalfStorage") ? Damage.join(count(8), TWO) : new byte[0],
            contains(pickle, "LongStorage") ? Damage.join(count(2), TWO) : new byte[0]));
  }

  private static boolean contains(byte[] pickle, String text) {
    return new String(pickle, StandardCharsets.ISO_8859_1).contains(text);
  }

  private static byte[] keys(String... keys) {
    PickleWriter list = PickleWriter.protocol2().raw(']');
    for (String key : keys) {
      list.text(key).raw('a');
    }
    return list.end();
  }

  private static byte[] count(long count) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(count).array();
  }

  /** Changes numbers, or parts between the punctuation marks. */
  private static String json(RandomGenerator random, String header) {
    if (random.nextBoolean()) {
      List<Integer> starts = NUMBER.matcher(header).results().map(m -> m.start()).toList();
      Matcher number = NUMBER.matcher(header);
      boolean found = number.find(Damage.pick(random, starts));
      String value =
          switch (random.nextInt(6)) {
            case 0 -> "-1";
            case 1 -> "1.0";
            case 2 -> "1e3";
            case 3 -> "9".repeat(random.nextInt(1, 400));
            default -> Long.toUnsignedString(Damage.boundary(random));
          };
      return found
          ? header.substring(0, number.start()) + value + header.substring(number.end())
          : header;
    }
    List<byte[]> parts = new ArrayList<>();
    for (String part : header.split("(?<=[{}\\[\\]:,])", -1)) {
      parts.add(part.getBytes(StandardCharsets.UTF_8));
    }
    List<byte[]> others = List.copyOf(parts);
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      Damage.parts(random, parts, others);
    }
    return new String(Damage.join(parts), StandardCharsets.UTF_8);
  }
}
