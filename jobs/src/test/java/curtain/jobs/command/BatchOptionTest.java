package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.task.BatchSize;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The option on the size of batches. */
@Tag("engine")
class BatchOptionTest {
  /** A command with nothing but this option and that on the device. */
  @Command
  private static final class Options {
    @Mixin private EngineArguments engine;

    static Options of(String... arguments) {
      Options options = new Options();
      new CommandLine(options).parseArgs(arguments);
      return options;
    }
  }

  @Test
  void batchSizesAreNumbersOrLeftToTheMemory() {
    assertEquals(BatchSize.of(16), Options.of().engine.batch());
    assertEquals(BatchSize.of(48), Options.of("--batch-size", "48").engine.batch());
    assertEquals(BatchSize.auto(256), Options.of("--batch-size", "auto").engine.batch());
    assertEquals(BatchSize.auto(64), Options.of("--batch-size", "AUTO:64").engine.batch());
    assertEquals("auto:64", BatchSize.auto(64).toString());
    assertEquals("auto", BatchSize.auto(256).toString());
    for (String wrong : List.of("0", "automatic", "auto:", "auto:0", "65537", "auto:many")) {
      CommandLine.ParameterException refused =
          assertThrows(
              CommandLine.ParameterException.class, () -> Options.of("--batch-size", wrong));
      assertTrue(refused.getMessage().contains("--batch-size"), refused.getMessage());
    }
    assertEquals(48, Options.of("--batch-size", "48").engine.batchSize());
    assertThrows(
        IllegalArgumentException.class,
        () -> Options.of("--batch-size", "auto").engine.batchSize());
  }

  @Test
  void shardsFitBatchesThatAreNotKnown() {
    assertEquals(48, BatchSize.of(48).unit());
    assertEquals(64, BatchSize.auto(256).unit());
    assertEquals(8, BatchSize.auto(8).unit());
    assertEquals(BatchSize.auto(20), BatchSize.auto(256).atMost(20));
    assertEquals(BatchSize.of(1), BatchSize.of(16).atMost(0));
  }
}
