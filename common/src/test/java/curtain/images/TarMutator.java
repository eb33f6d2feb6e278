package curtain.images;

import curtain.fuzz.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/**
 * Changes the headers of a tar and writes their checksums anew; packs it into one or more gzips.
 */
final class TarMutator {
  private static final int BLOCK = 512;
  private static final String TYPES = "\0001234567ALKxgSVDNM";

  private TarMutator() {}

  static byte[] mutate(RandomGenerator random, byte[] tar) {
    if (random.nextInt(4) == 0) {
      return Damage.bytes(random, tar, List.of(tar));
    }
    List<byte[]> blocks = new ArrayList<>();
    for (int at = 0; at < tar.length; at += BLOCK) {
      blocks.add(Arrays.copyOfRange(tar, at, at + BLOCK));
    }
    List<byte[]> others = List.copyOf(blocks);
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      int at = header(random, blocks);
      switch (random.nextInt(6)) {
        case 0 -> Damage.parts(random, blocks, others);
        case 1 -> blocks.add(at, pax(random));
        default -> blocks.set(at, changed(random, blocks.get(at).clone()));
      }
      if (blocks.isEmpty()) {
        break;
      }
    }
    return Damage.join(blocks);
  }

  /** A gzip of a tar, at times of several members, or damaged. */
  static byte[] gzip(RandomGenerator random, byte[] tar) throws IOException {
    int cut = random.nextInt(4) == 0 ? random.nextInt(tar.length + 1) : tar.length;
    byte[] packed = gzip(Arrays.copyOf(tar, cut));
    if (cut < tar.length) {
      packed = Damage.join(packed, gzip(Damage.rest(tar, cut)));
    }
    return random.nextInt(4) == 0 ? Damage.bytes(random, packed, List.of(packed)) : packed;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static int header(RandomGenerator random, List<byte[]> blocks) {
    int start = random.nextInt(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      int at = (start + i) % blocks.size();
      if (new String(blocks.get(at), StandardCharsets.ISO_8859_1).startsWith("ustar", 257)) {
        return at;
      }
    }
    return start;
  }

  private static byte[] changed(RandomGenerator random, byte[] header) {
    switch (random.nextInt(6)) {
      case 0 -> header[156] = (byte) TYPES.charAt(random.nextInt(TYPES.length()));
      case 1 -> size(random, header, 124);
      case 2 -> {
        ByteBuffer name = ByteBuffer.wrap(header);
        name.put(0, latin("../.\n\0/a/\u00ff./b"), 0, 1 + random.nextInt(12));
      }
      case 3 -> { // GNU's sparse map, whose numbers lie behind the name's prefix
        header[156] = 'S';
        size(random, header, 386 + 12 * random.nextInt(9));
      }
      case 4 -> header[random.nextInt(BLOCK)] = (byte) random.nextInt(256);
      default -> size(random, header, new int[] {100, 108, 116, 136, 329, 337}[random.nextInt(6)]);
    }
    return checked(header);
  }

  /** A number in octal or in base 256. */
  private static void size(RandomGenerator random, byte[] header, int at) {
    long value = Damage.boundary(random);
    int length = at < 120 || at > 320 ? 8 : 12;
    if (random.nextBoolean() && length == 12) {
      ByteBuffer.wrap(header).putInt(at, value < 0 ? -1 : 0x80000000).putLong(at + 4, value);
      return;
    }
    String octal = Long.toOctalString(value);
    byte[] digits = latin(octal.substring(Math.max(0, octal.length() - length + 1)));
    Arrays.fill(header, at, at + length, (byte) 0);
    System.arraycopy(digits, 0, header, at, digits.length);
  }

  /** A header and a block of extended attributes. */
  private static byte[] pax(RandomGenerator random) {
    byte[] header = new byte[BLOCK];
    header[0] = 'p';
    header[156] = (byte) (random.nextInt(5) == 0 ? 'g' : 'x');
    System.arraycopy(latin("ustar\00000"), 0, header, 257, 8);
    List<String> keys =
        List.of(
            "size",
            "path",
            "linkpath",
            "GNU.sparse.map",
            "GNU.sparse.size",
            "GNU.sparse.numblocks",
            "GNU.sparse.offset",
            "GNU.sparse.numbytes",
            "GNU.sparse.realsize",
            "GNU.sparse.major",
            "GNU.sparse.minor",
            "uid",
            "mtime",
            "SCHILY.realsize",
            "LIBARCHIVE.creationtime");
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(1, 6); n > 0; n--) {
      String value = random.nextInt(6) == 0 ? "1,2,3,x" : Long.toString(Damage.boundary(random));
      String record = " " + Damage.pick(random, keys) + "=" + value + "\n";
      int length = record.length() + 2;
      text.append(random.nextInt(20) == 0 ? Damage.boundary(random) : length).append(record);
    }
    byte[] data = Arrays.copyOf(latin(text.toString()), BLOCK);
    byte[] size = latin(Integer.toOctalString(Math.min(text.length(), BLOCK)));
    System.arraycopy(size, 0, header, 124, size.length);
    return Damage.join(checked(header), data);
  }

  private static byte[] checked(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    byte[] octal = latin(String.format(Locale.ROOT, "%06o", sum));
    System.arraycopy(octal, 0, header, 148, 6);
    header[154] = 0;
    return header;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
