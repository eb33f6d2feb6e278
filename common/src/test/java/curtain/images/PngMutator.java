package curtain.images;

import curtain.fuzz.Damage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Changes PNG chunk by chunk and writes the checksums anew. */
final class PngMutator {
  private static final int[] SIZES = {0, 1, 2, 7, 8, 9, 255, 256, 1000, 30_000, 65_535};
  private static final String[] TYPES = {
    "IHDR",
    "PLTE",
    "IDAT",
    "IEND",
    "tRNS",
    "iCCP",
    "zTXt",
    "iTXt",
    "gAMA",
    "sBIT",
    "a\n\u2028",
    "acTL"
  };

  private final List<byte[]> bodies = new ArrayList<>(); // type and data of all seeds' chunks

  PngMutator(List<byte[]> seeds) {
    seeds.forEach(png -> bodies.addAll(split(png)));
  }

  /** One to three changes; one time in ten a checksum or a length is wrong as well. */
  byte[] mutate(RandomGenerator random, byte[] png) {
    List<byte[]> chunks = split(png);
    for (int n = random.nextInt(1, 4); n > 0 && !chunks.isEmpty(); n--) {
      int at = random.nextInt(chunks.size());
      byte[] chunk = Arrays.copyOf(chunks.get(at), Math.max(4, chunks.get(at).length));
      switch (random.nextInt(6)) {
        case 0 -> header(random, chunks);
        case 1 -> pixels(random, chunks);
        case 2 -> Damage.parts(random, chunks, bodies);
        case 3 -> chunks.add(at, chunk(random));
        case 4 -> { // one chunk becomes two
          int cut = random.nextInt(4, chunk.length + 1);
          chunks.set(at, Arrays.copyOf(chunk, cut));
          chunks.add(at + 1, Damage.join(Arrays.copyOf(chunk, 4), Damage.rest(chunk, cut)));
        }
        default -> {
          byte[] data = Damage.bytes(random, Damage.rest(chunk, 4), bodies);
          chunks.set(at, Damage.join(Arrays.copyOf(chunk, 4), data));
        }
      }
    }
    List<byte[]> parts = new ArrayList<>();
    parts.add(Arrays.copyOf(png, 8));
    chunks.forEach(chunk -> parts.add(frame(chunk)));
    byte[] whole = Damage.join(parts);
    return random.nextInt(10) > 0 ? whole : Damage.bytes(random, whole, List.of(png));
  }

  private static byte[] chunk(RandomGenerator random) {
    String type = TYPES[random.nextInt(TYPES.length)];
    byte[] data =
        random.nextInt(4) == 0
            ? deflate(new byte[random.nextInt(1 << 20)]) // a bomb, to whoever inflates it
            : Damage.bytes(random, random.nextInt(40));
    return Damage.join(type.getBytes(StandardCharsets.ISO_8859_1), data);
  }

  private static void header(RandomGenerator random, List<byte[]> chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      byte[] chunk = chunks.get(i).clone();
      if (chunk.length == 17 && chunk[0] == 'I' && chunk[1] == 'H') {
        int field = random.nextInt(4);
        if (field < 2) {
          int size = SIZES[random.nextInt(SIZES.length)];
          int value = random.nextInt(3) == 0 ? (int) Damage.boundary(random) : size;
          ByteBuffer.wrap(chunk).putInt(4 + 4 * field, value);
        } else if (field == 2) {
          chunk[12] = (byte) (1 << random.nextInt(5));
          chunk[13] = (byte) random.nextInt(7);
        } else {
          chunk[12 + random.nextInt(5)] = (byte) random.nextInt(3);
        }
        chunks.set(i, chunk);
        return;
      }
    }
  }

  /** Changes the filtered rows inside the compressed stream, or their number. */
  private static void pixels(RandomGenerator random, List<byte[]> chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      byte[] chunk = chunks.get(i);
      if (chunk.length > 4 && chunk[0] == 'I' && chunk[1] == 'D') {
        byte[] rows = Damage.bytes(random, inflate(chunk), List.of(chunk));
        byte[] packed = deflate(rows);
        chunks.set(i, Damage.join(Arrays.copyOf(chunk, 4), packed));
        return;
      }
    }
  }

  private static byte[] inflate(byte[] chunk) {
    Inflater inflater = new Inflater();
    inflater.setInput(chunk, 4, chunk.length - 4);
    byte[] rows = new byte[1 << 16];
    try {
      return Arrays.copyOf(rows, Math.max(1, inflater.inflate(rows)));
    } catch (DataFormatException e) {
      return new byte[] {1};
    } finally {
      inflater.end();
    }
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(6);
    deflater.setInput(content);
    deflater.finish();
    byte[] packed = new byte[content.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }

  private static byte[] frame(byte[] chunk) {
    CRC32 crc = new CRC32();
    crc.update(chunk);
    return ByteBuffer.allocate(chunk.length + 8)
        .putInt(chunk.length - 4)
        .put(chunk)
        .putInt((int) crc.getValue())
        .array();
  }

  /** Types and data of the chunks of a good file. */
  private static List<byte[]> split(byte[] png) {
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 8; at + 12 <= png.length; ) {
      int length = ByteBuffer.wrap(png).getInt(at);
      chunks.add(Arrays.copyOfRange(png, at + 4, at + 8 + length));
      at += 12 + length;
    }
    return chunks;
  }
}
