package curtain.weights;

import curtain.fuzz.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes pickles opcode by opcode, so that what follows a change is still read. */
final class PickleMutator {
  private static final String LINES = "ILFSVPgp";
  private static final String NO_ARGUMENT =
      "(012N)RQ]ae}subtldo\u0081\u0085\u0086\u0087\u0088\u0089";
  private static final String SETS_AND_MORE = "\u008f\u0090\u0091\u0092\u0093\u0094\u0097\u0098.";

  private final List<byte[]> opcodes = new ArrayList<>(); // of all seeds, for splices
  private final String canary;

  /**
   * Splices these.
   *
   * @param canary a file that a pickle that is executed would make
   */
  PickleMutator(List<byte[]> pickles, String canary) {
    this.canary = canary;
    pickles.forEach(pickle -> opcodes.addAll(split(pickle)));
  }

  /** Some changes. */
  byte[] mutate(RandomGenerator random, byte[] pickle) {
    List<byte[]> parts = split(pickle);
    for (int n = Damage.times(random); n > 0; n--) {
      int at = random.nextInt(parts.size());
      switch (random.nextInt(6)) {
        case 0, 1 -> parts.add(at, opcode(random));
        case 2 -> parts.set(at, opcode(random));
        case 3 -> Damage.parts(random, parts, opcodes);
        case 4 -> { // another argument of the same length
          byte[] part = parts.get(at).clone();
          if (part.length > 1) {
            part[random.nextInt(1, part.length)] = (byte) random.nextInt(256);
          }
          parts.set(at, part);
        }
        default -> { // an integer becomes another
          int integer = next(parts, at);
          if (integer >= 0) {
            parts.set(integer, integer(random));
          }
        }
      }
      if (parts.isEmpty()) {
        break;
      }
    }
    return Damage.join(parts);
  }

  private static int next(List<byte[]> parts, int from) {
    for (int i = from; i < parts.size(); i++) {
      if ("JKM\u008a\u008bIL".indexOf(parts.get(i)[0] & 0xff) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] integer(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> latin("I" + Damage.boundary(random) + "\n");
      case 1 -> new byte[] {'K', (byte) random.nextInt(256)};
      case 2 -> Damage.join(latin("J"), little(Damage.boundary(random), 4));
      default -> Damage.join(latin("\u008a\10"), little(Damage.boundary(random), 8));
    };
  }

  private byte[] opcode(RandomGenerator random) {
    return switch (random.nextInt(12)) {
      case 0 -> global(random);
      case 1 -> call(random);
      case 2 -> integer(random);
      case 3 -> new byte[] {(byte) random.nextInt(256)};
      case 4 -> new byte[] {(byte) "hq".charAt(random.nextInt(2)), (byte) random.nextInt(40)};
      case 5 -> length(random);
      case 6 -> latin("" + LINES.charAt(random.nextInt(8)) + text(random) + "\n");
      case 7 -> Damage.pick(random, opcodes);
      case 8 -> one(random, SETS_AND_MORE);
      default -> one(random, NO_ARGUMENT);
    };
  }

  private static byte[] one(RandomGenerator random, String of) {
    return new byte[] {(byte) of.charAt(random.nextInt(of.length()))};
  }

  /** An opcode with a length, which its bytes need not have. */
  private static byte[] length(RandomGenerator random) {
    long length = random.nextBoolean() ? random.nextInt(9) : Damage.boundary(random);
    byte[] content = Damage.bytes(random, random.nextInt(9));
    return switch (random.nextInt(3)) {
      case 0 -> Damage.join(one(random, "U\u008cC\u008a"), little(length, 1), content);
      case 1 -> Damage.join(one(random, "TXB\u008b"), little(length, 4), content);
      default -> Damage.join(one(random, "\u008d\u008e\u0095\u0096"), little(length, 8), content);
    };
  }

  private static String text(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> "nan";
      case 1 -> "'quoted'";
      case 2 -> "\\u00e9\\U0001f600\\x";
      case 3 -> "'\\x41\\n\\'";
      case 4 -> "1e" + random.nextInt(-400, 400);
      case 5 -> "9".repeat(random.nextInt(1, 2000));
      case 6 -> new String(Damage.bytes(random, 6), StandardCharsets.ISO_8859_1);
      default -> Long.toString(Damage.boundary(random));
    };
  }

  private static byte[] global(RandomGenerator random) {
    List<String> names =
        List.of(
            "collections\nOrderedDict",
            "torch\nSize",
            "builtins\nset",
            "__builtin__\nfrozenset",
            "torch._utils\n_rebuild_tensor",
            "torch._utils\n_rebuild_tensor_v2",
            "torch._utils\n_rebuild_parameter",
            "torch\nFloatStorage",
            "torch\nBoolStorage",
            "torch.cuda\nDoubleStorage",
            "torch.storage\nUntypedStorage",
            "os\nsystem",
            "builtins\neval",
            "java.lang\nRuntime",
            "curtain.fuzz\nCanary");
    return latin("c" + Damage.pick(random, names) + "\n");
  }

  /** What __reduce__ writes, of a command and of a class. */
  private byte[] call(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> latin("cos\nsystem\n(S'touch " + canary + "'\ntR");
      case 1 -> latin("(S'touch " + canary + "'\nios\nsystem\n");
      case 2 -> latin("ccurtain.fuzz\nCanary\n)\u0081");
      default -> Damage.join(global(random), latin(")R"));
    };
  }

  /** Opcodes with their arguments, up to the last STOP; bytes that are none stay one by one. */
  static List<byte[]> split(byte[] pickle) {
    List<byte[]> parts = new ArrayList<>();
    for (int at = 0; at < pickle.length; ) {
      long end = Math.max(at + 1, Math.min(pickle.length, end(pickle, at)));
      parts.add(Arrays.copyOfRange(pickle, at, (int) end));
      at = (int) end;
    }
    return parts;
  }

  private static long end(byte[] pickle, int at) {
    int opcode = pickle[at] & 0xff;
    ByteBuffer rest = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    int left = pickle.length - at - 1;
    if (LINES.indexOf(opcode) >= 0) {
      return line(pickle, at + 1);
    }
    return switch (opcode) {
      case 'c', 'i' -> line(pickle, line(pickle, at + 1));
      case 'K', 'h', 'q', 0x80, 0x82 -> at + 2;
      case 'M', 0x83 -> at + 3;
      case 'J', 'j', 'r', 0x84 -> at + 5;
      case 'G', 0x95 -> at + 9;
      case 0x8a, 'U', 0x8c, 'C' -> left < 1 ? at + 1 : at + 2L + (pickle[at + 1] & 0xff);
      case 'T', 'X', 'B', 0x8b -> left < 4 ? at + 1 : at + 5L + (rest.getInt(at + 1) & 0xffffffL);
      default -> at + 1;
    };
  }

  private static int line(byte[] pickle, int from) {
    int at = from;
    while (at < pickle.length && pickle[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] little(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> (8 * i));
    }
    return bytes;
  }
}
