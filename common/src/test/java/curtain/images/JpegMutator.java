package curtain.images;

import curtain.fuzz.Damage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes JPEG segment by segment; a scan's data are a part of their own. */
final class JpegMutator {
  private final List<byte[]> segments = new ArrayList<>(); // of all seeds

  JpegMutator(List<byte[]> seeds) {
    seeds.forEach(jpeg -> segments.addAll(split(jpeg)));
  }

  byte[] mutate(RandomGenerator random, byte[] jpeg) {
    List<byte[]> parts = split(jpeg);
    for (int n = random.nextInt(1, 4); n > 0 && parts.size() > 2; n--) {
      switch (random.nextInt(5)) {
        case 0 -> frame(random, parts);
        case 1 -> Damage.parts(random, parts.subList(1, parts.size() - 1), segments);
        case 2 -> { // a scan again: its header and its data
          int scan = find(parts, 0xda, 0xda);
          if (scan > 0 && scan + 1 < parts.size()) {
            List<byte[]> both = List.copyOf(parts.subList(scan, scan + 2));
            for (int k = random.nextInt(1 << random.nextInt(8)); k >= 0; k--) {
              parts.addAll(scan, both);
            }
          }
        }
        default -> {
          int at = random.nextInt(1, parts.size());
          parts.set(at, segment(random, parts.get(at).clone()));
        }
      }
    }
    return Damage.join(parts);
  }

  private byte[] segment(RandomGenerator random, byte[] part) {
    if (part.length < 5 || part[0] != (byte) 0xff || part[1] == 0) {
      return part.length == 0 ? part : Damage.bytes(random, part, segments);
    }
    byte[] damaged =
        Damage.join(Arrays.copyOf(part, 4), Damage.bytes(random, Damage.rest(part, 4), segments));
    if (damaged.length < 65_000) { // the length stays right
      damaged[2] = (byte) ((damaged.length - 2) >> 8);
      damaged[3] = (byte) (damaged.length - 2);
    }
    return damaged;
  }

  private static void frame(RandomGenerator random, List<byte[]> parts) {
    int at = find(parts, 0xc0, 0xcf);
    if (at < 0 || parts.get(at).length < 13) {
      return;
    }
    byte[] frame = parts.get(at).clone();
    int size = (int) (random.nextBoolean() ? Damage.boundary(random) : random.nextInt(2000));
    switch (random.nextInt(5)) {
      case 0 -> {
        frame[5] = (byte) (size >> 8);
        frame[6] = (byte) size;
      }
      case 1 -> {
        frame[7] = (byte) (size >> 8);
        frame[8] = (byte) size;
      }
      case 2 -> frame[1] = (byte) (0xc0 + random.nextInt(3)); // baseline, extended, progressive
      case 3 -> frame[11] = (byte) (random.nextInt(1, 5) * 16 + random.nextInt(1, 5)); // sampling
      default -> frame[4 + random.nextInt(frame.length - 4)] = (byte) random.nextInt(5);
    }
    parts.set(at, frame);
  }

  private static int find(List<byte[]> parts, int from, int to) {
    for (int i = 0; i < parts.size(); i++) {
      byte[] part = parts.get(i);
      int marker = part.length < 2 || part[0] != (byte) 0xff ? 0 : part[1] & 0xff;
      if (marker >= from && marker <= to && marker != 0xc4) {
        return i;
      }
    }
    return -1;
  }

  /** SOI, segments, scans' data, EOI, of a good file. */
  private static List<byte[]> split(byte[] jpeg) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(Arrays.copyOf(jpeg, 2));
    int at = 2;
    while (at + 4 <= jpeg.length) {
      int length = 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
      parts.add(Arrays.copyOfRange(jpeg, at, at + length));
      boolean scan = jpeg[at + 1] == (byte) 0xda;
      at += length;
      int start = at;
      while (scan && at + 1 < jpeg.length && !marker(jpeg, at)) {
        at++;
      }
      if (at > start) {
        parts.add(Arrays.copyOfRange(jpeg, start, at));
      }
    }
    parts.add(new byte[] {(byte) 0xff, (byte) 0xd9});
    return parts;
  }

  private static boolean marker(byte[] jpeg, int at) {
    int next = jpeg[at + 1] & 0xff;
    return jpeg[at] == (byte) 0xff && next != 0 && (next < 0xd0 || next > 0xd7);
  }
}
