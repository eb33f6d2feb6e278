package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fuzz.Canary;
import curtain.fuzz.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing in a pickle is run, wherever it stands: a command that Python would run and that makes a
 * file, and a class that sets a property when it is loaded, in every position that a pickle has.
 */
@Tag("fast")
final class PickleCanaryTest {
  private static final long[] ONE = {1};
  private static final int MUTATED = 10_000;

  @TempDir Path scratch;
  private int count;

  @Test
  void isNeverRun() throws IOException {
    List<byte[]> pickles = new ArrayList<>();
    for (byte[] value : values()) {
      pickles.addAll(positions(value));
    }
    assertTrue(pickles.size() > 400, pickles.size() + " pickles");
    int read = 0;
    for (byte[] pickle : pickles) {
      read += reads(pickle) ? 1 : 0;
    }
    assertTrue(2 * read > pickles.size(), read + " of " + pickles.size() + " were read");

    PickleMutator mutator = new PickleMutator(pickles, canary().toString());
    int mutatedRead = 0;
    for (int i = 0; i < MUTATED; i++) {
      SplittableRandom random = new SplittableRandom(22 + i);
      mutatedRead += reads(mutator.mutate(random, Damage.pick(random, pickles))) ? 1 : 0;
    }
    assertTrue(mutatedRead > MUTATED / 100, mutatedRead + " mutated pickles were read");
    assertFalse(Files.exists(canary()), "a pickle was run");
    assertEquals(null, System.getProperty(Canary.SUNG), "a class was loaded for a pickle");
  }

  /** Values that run a command, or load a class, in a reader that does what it is told. */
  private List<byte[]> values() {
    String touch = "touch " + canary();
    byte[] arguments = with().text(touch).raw(0x85).part();
    byte[] system = with().global("os", "system").part();
    byte[] loaded = with().global("curtain.fuzz", "Canary").part();
    byte[] memoised =
        with()
            .text("os")
            .raw('q', 70, '0')
            .text("system")
            .raw('q', 71, '0', 'h', 70, 'h', 71, 0x93)
            .part();
    List<byte[]> values = new ArrayList<>();
    for (byte[] callee : List.of(system, loaded, memoised)) {
      values.add(with().bytes(callee).bytes(arguments).raw('R').part());
      values.add(with().bytes(callee).bytes(arguments).raw(0x81).part());
      values.add(with().bytes(callee).bytes(arguments).raw('}', 0x92).part());
      values.add(with().raw('(').bytes(callee).text(touch).raw('o').part());
      values.add(with().bytes(callee).raw(')', 'R').bytes(arguments).raw('b').part());
      values.add(with().bytes(callee).raw(')', 'R').bytes(arguments).raw('R').part());
    }
    values.add(with().raw('(').text(touch).ascii("ios\nsystem\n").part());
    values.add(
        with()
            .global("builtins", "getattr")
            .bytes(system)
            .text("__call__")
            .raw(0x86, 'R')
            .bytes(arguments)
            .raw('R')
            .part());
    values.add( // a state that sets an attribute by its name
        with()
            .bytes(loaded)
            .raw(')', 0x81, 'N', '}')
            .text("__class__")
            .bytes(system)
            .raw('s', 0x86, 'b')
            .part());
    return values;
  }

  /** The value everywhere in a checkpoint of one tensor, and alone. */
  private static List<byte[]> positions(byte[] value) {
    List<PickleWriter> entries = // of the top dict, key and value
        List.of(
            with().text("a").bytes(value),
            with().bytes(value).text("as a key"),
            with().bytes(value).raw(0x85).text("in a key"),
            with().text("list").raw(']').bytes(value).raw('a'),
            with().text("list").raw(']', '(').bytes(value).raw('e'),
            with().text("tuple").bytes(value).raw(0x85),
            with().text("set").raw(0x8f, '(').bytes(value).raw(0x90),
            with().text("dict").raw('}').text("b").bytes(value).raw('s'),
            with().text("dropped").bytes(value).raw('0', 'N'),
            with()
                .text("attributes")
                .global("collections", "OrderedDict")
                .raw(')', 'R', '}')
                .text("_metadata")
                .bytes(value)
                .raw('s', 'b'),
            made("state", "argparse", "Namespace").bytes(value).raw('b'),
            made("items", "my.code", "Dict").text("k").bytes(value).raw('s'),
            made("appended", "my.code", "List").bytes(value).raw('a'),
            with().text("argument").global("my.code", "f").bytes(value).raw(0x85, 'R'),
            with().text("factory").global("collections", "defaultdict").bytes(value).raw(0x85, 'R'),
            with()
                .text("array")
                .global("numpy.core.multiarray", "_reconstruct")
                .bytes(value)
                .raw(')', 'N', 0x87, 'R')
                .bytes(value)
                .raw('b'),
            with()
                .text("type")
                .global("numpy", "dtype")
                .text("f4")
                .raw(0x85, 'R')
                .bytes(value)
                .raw('b'),
            with()
                .text("bytes")
                .global("_codecs", "encode")
                .bytes(value)
                .text("latin1")
                .raw(0x86, 'R'),
            with()
                .text("typed")
                .global("torch._tensor", "_rebuild_from_type_v2")
                .raw('(')
                .bytes(value)
                .bytes(value)
                .raw(')')
                .bytes(value)
                .raw('t', 'R'),
            with().text("persistent").bytes(value).raw('Q'),
            with()
                .text("storage")
                .raw('(')
                .text("storage")
                .bytes(value)
                .text("9")
                .text("cpu")
                .integer(1)
                .raw('t', 'Q'),
            with().text("extension").bytes(value).raw('0', 0x82, 1),
            with().text("extension").bytes(value).raw('0', 0x83, 1, 0),
            with().text("extension").bytes(value).raw('0', 0x84, 1, 0, 0, 0));
    List<byte[]> pickles = new ArrayList<>();
    for (PickleWriter entry : entries) {
      pickles.add(
          PickleWriter.protocol2()
              .raw('}', '(')
              .bytes(entry.part())
              .text("w")
              .tensor("FloatStorage", "0", 1, 0, ONE, ONE)
              .raw('u')
              .end());
    }
    pickles.add(PickleWriter.protocol2().bytes(value).end());
    return pickles;
  }

  private static PickleWriter with() {
    return new PickleWriter();
  }

  private static PickleWriter made(String key, String module, String name) {
    return with().text(key).global(module, name).raw(')', 'R');
  }

  /** Whether the checkpoint was read; if not, a line said why. */
  private boolean reads(byte[] pickle) throws IOException {
    // A new file each time: some file systems write a truncated one through to the disk.
    Path file = scratch.resolve("canary" + count++ + ".pth");
    Files.write(file, ZipWriter.checkpoint(pickle, WeightsFiles.floats(1)));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return !checkpoint.dicts().isEmpty();
    } catch (WeightsException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      return false;
    } finally {
      Files.delete(file);
    }
  }

  private Path canary() {
    return scratch.resolve("sung");
  }
}
