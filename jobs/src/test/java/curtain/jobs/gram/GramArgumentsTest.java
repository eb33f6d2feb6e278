package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.compile.CompileOptions;
import curtain.compile.ProgramInfo;
import curtain.compile.ProgramInfo.Layer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How large blocks are. */
@Tag("fast")
class GramArgumentsTest {
  @Command
  private static final class Holder {
    @Mixin private GramArguments gram;
  }

  private static GramArguments parse(String... options) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(options);
    return holder.gram;
  }

  private static ProgramInfo network(int layers, int gates) {
    Layer layer = new Layer("relu", List.of(gates));
    return new ProgramInfo(
        "x", 224, 10, CompileOptions.DEFAULT, Collections.nCopies(layers, layer), List.of());
  }

  @Test
  void blocksFitTheirMemory() {
    ProgramInfo resnet50 = network(49, 196_096);
    assertEquals(208, parse("--gate", "hard").blockSize(resnet50, 50_000, false, true, null));
    assertEquals(48, parse().blockSize(resnet50, 50_000, false, true, null));
    assertEquals(1024, parse("--gate", "hard").blockSize(resnet50, 50_000, true, true, null));
    assertEquals(
        768,
        parse("--gate", "hard", "--keep-layers").blockSize(resnet50, 50_000, true, true, null));
    ProgramInfo small = network(19, 9_917);
    assertEquals(1024, parse("--gate", "hard").blockSize(small, 50_000, false, true, null));
    assertEquals(128, parse("--gate", "hard").blockSize(small, 500, false, true, null));
    assertEquals(16, parse().blockSize(small, 3, false, true, null));
  }

  @Test
  void aResumedRunKeepsItsBlocksUnlessOthersAreAskedFor() {
    ProgramInfo small = network(19, 9_917);
    assertEquals(40, parse().blockSize(small, 500, false, true, "40"));
    assertEquals(8, parse("--block-size", "8").blockSize(small, 500, false, true, "40"));
  }

  @Test
  void aTileThatCannotFitTheHeapIsRefused() {
    ProgramInfo small = network(19, 9_917);
    GramArguments large = parse("--block-size", "60000");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> large.blockSize(small, 100_000, false, true, null))
            .getMessage();
    assertTrue(message.startsWith("--block-size 60000: a tile takes "), message);
    assertEquals(60_000, large.blockSize(small, 500, false, true, null));
  }
}
