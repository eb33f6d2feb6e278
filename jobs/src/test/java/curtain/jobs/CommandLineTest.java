package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import curtain.jobs.task.Version;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line refuses, before any work, in one line. */
@Tag("fast")
class CommandLineTest {
  private static final String PULLBACKS =
      "pullbacks --images x --output o --model resnet50 --weights w ";

  private static final String ASCEND = "ascend --images x --output o --model resnet50 --weights w ";

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ingest --imags x --output o | unknown option --imags; the nearest is --images",
        "ingest --images x --output o --overwite | unknown option --overwite; the nearest is --overwrite",
        "ingest --images x --output o extra | unknown argument extra",
        "ingst --images x | unknown argument ingst; the nearest is ingest",
        "ingest --images x --output | Missing required parameter for option '--output' (DIR)",
        "ingest --images x | Missing required option: '--output=DIR'",
        "ingest --images x --output o --limit 0 | Invalid value for option '--limit': '0' is no whole number, 1 or more",
        "ingest --images x --output o --threads two | Invalid value for option '--threads': 'two' is no whole number from 1 to 65536",
        "ingest --images x --output o --max-errors -1 | Invalid value for option '--max-errors': '-1' is no whole number, 0 or more",
        "ingest --images x --output o --transform crop | Invalid value for option '--transform': 'crop' is none of imagenet, none, square",
        "ingest --images x --images y --output o | option '--images' (URI) should be specified only once",
        "ingest --images x --output o --model resnet51 | Invalid value for option '--model': 'resnet51' is no network; the nearest is resnet50 (of resnet18, ",
        "report --output x | Missing required option: '--input=DIR'",
        "report --input x --output y --images-shown 0 | Invalid value for option '--images-shown': '0' is no whole number from 1 to 65536",
        "report --input x --output y --images 3 | unknown option --images; the nearest is --images-shown",
        "pullbacks --images x --output o --model resnet50 | Missing required option: '--weights=FILE'",
        "pullbacks --images x --output o --model m --weights w | Invalid value for option '--model': 'm' is no network; ",
        PULLBACKS
            + "--temperature 0 | Invalid value for option '--temperature' (T[,T...]): '0' is no temperature: a number above 0 and below 1e6",
        PULLBACKS
            + "--temperature 0.3,x | Invalid value for option '--temperature' (T[,T...]): 'x' is no temperature: a number above 0 and below 1e6",
        PULLBACKS
            + "--temperature-unit std | Invalid value for option '--temperature-unit': 'std' is none of absolute, layer-std, channel-std",
        PULLBACKS
            + "--temperature-unit channel-std | --temperature-unit channel-std needs --calibration, an output of curtain calibrate",
        "calibrate --images x --output o --model resnet50 | Missing required option: '--weights=FILE'",
        PULLBACKS + "--temperature 0.3,0.30 | --temperature names one of [0.3, 0.3] twice",
        PULLBACKS
            + "--gate relu | Invalid value for option '--gate': 'relu' is none of sigmoid, softsign, normal-cdf, hard, leaky:A with 0 <= A <= 1, b-silu, guided, deconv",
        PULLBACKS + "--gate leaky:2 | Invalid value for option '--gate': 'leaky:2' is none of ",
        PULLBACKS
            + "--pool mean | Invalid value for option '--pool': 'mean' is neither softmax nor hard",
        PULLBACKS + "--compat us | Invalid value for option '--compat': 'us' is not authors",
        PULLBACKS
            + "--store f16 | Invalid value for option '--store': 'f16' is none of float32, float16, none",
        PULLBACKS + "--mean 1,2 --output o | option '--output' (DIR) should be specified only once",
        PULLBACKS + "--mean 1,x,2 | Invalid value for option '--mean' (R,G,B): 'x' is not a double",
        PULLBACKS
            + "--batch-size 0 | Invalid value for option '--batch-size': '0' is no whole number from 1 to 65536",
        PULLBACKS
            + "--device tpu | Invalid value for option '--device': 'tpu' is none of auto, cpu, gpu",
        PULLBACKS
            + "--neuron 0:1 --targets predicted | --targets=WHICH, --neuron=LAYER:CHANNEL[:Y:X] are mutually exclusive (specify only one)",
        PULLBACKS
            + "--batch-size auto:0 | Invalid value for option '--batch-size': '0' is no whole number from 1 to 65536",
        PULLBACKS
            + "--precision fp16 | Invalid value for option '--precision': 'fp16' is none of fp32, tf32, bf16",
        PULLBACKS + "--weigths w | unknown option --weigths; the nearest is --weights",
        ASCEND
            + "--steps 0 | Invalid value for option '--steps': '0' is no whole number from 1 to 65536",
        ASCEND + "--alpha 0 | Invalid value for option '--alpha': '0' is no number above 0",
        ASCEND
            + "--alpha Infinity | Invalid value for option '--alpha': 'Infinity' is no number above 0",
        ASCEND + "--eps -1 | Invalid value for option '--eps': '-1' is no number above 0",
        ASCEND + "--eps x | Invalid value for option '--eps': 'x' is no number above 0",
        ASCEND
            + "--direction up | Invalid value for option '--direction': 'up' is none of pullback, gradient, both",
        ASCEND
            + "--temperature 0.3,0 | Invalid value for option '--temperature' (T[,T...]): '0' is no temperature: a number above 0 and below 1e6",
        ASCEND
            + "--targets 1 --neuron 0:1 | --targets=WHICH, --neuron=LAYER:CHANNEL[:Y:X] are mutually exclusive (specify only one)",
        ASCEND + "--keep-step | unknown option --keep-step; the nearest is --keep-steps",
        ASCEND + "--store none | unknown option --store",
        "export --model alexnet --weights w | Missing required option: '--output=FILE'",
        "export --model alexnet --weights w --output o --std 1,0,1 | --std takes three numbers above 0, not [1.0, 0.0, 1.0]",
        "figures --output o | Missing required option: '--input=DIR'",
        "figures --input i --output o --style jet | Invalid value for option '--style': 'jet' is none of rgb, diverging, overlay",
        "figures --input i --output o --cell 31 | Invalid value for option '--cell': '31' is no whole number from 32 to 4096",
        "figures --input i --output o --rows 0 | Invalid value for option '--rows': '0' is no whole number from 1 to 65536",
        "figures --input i --output o --target 0 | unknown option --target; the nearest is --targets",
        "kernel --output o | Missing required option: '--input=DIR'",
        "kernel --input i --output o --kernel gram | Invalid value for option '--kernel' (KERNEL[,KERNEL...]): 'gram' is none of product, ",
        "kernel --input i --output o --kernel pixel,tempered:gates:p=0 | Invalid value for option '--kernel' (KERNEL[,KERNEL...]): 'tempered:gates:p=0': p is a number above 0 and below 1e6, or one over the number of layers, as 1/L, not '0'",
        "kernel --input i --output o --kernel tempered:all:p=2/M | Invalid value for option '--kernel' (KERNEL[,KERNEL...]): 'tempered:all:p=2/M': p is a number above 0",
        "kernel --input i --output o --kernel tempered:all:4-2 | Invalid value for option '--kernel' (KERNEL[,KERNEL...]): 'tempered:all:4-2': the range of layers ends before it begins",
        "kernel --input i --output o --kernel tempered:all:p=1/L,pixel,tempered:all | --kernel names tempered:all:p=1/L twice",
        "kernel --input i --output o --kernel layer:01 | Invalid value for option '--kernel' (KERNEL[,KERNEL...]): 'layer:01' is none of",
        "kernel --input i --output o --neighbours 0 | Invalid value for option '--neighbours': '0' is no whole number from 1 to 65536",
        "fetch resnet18 | Missing required option: '--output=DIR'",
        "fetch --output o | Missing required parameter: 'NAME'",
        "fetch resnet51 --output o | Invalid value for positional parameter at index 0..* (NAME): 'resnet51' is none of what fetch knows; the nearest is resnet50 (of imagenette2-160, ",
        "fetch alexnet --output o --from ftp://x | Invalid value for option '--from': 'ftp://x' is no http or https address",
        "ingest --images x --output o --resume --overwrite | --overwrite, --resume are mutually exclusive (specify only one)",
      })
  void wrongUsageIsOneLineAndStatus2(String arguments, String message) {
    Run run = Run.curtain(arguments.split(" "));
    assertEquals(2, run.status());
    String command = arguments.split(" ", 2)[0];
    String help = command.equals("ingst") ? "" : command + " ";
    assertTrue(run.err().startsWith("curtain: " + message), run.err());
    assertTrue(run.err().endsWith(" (see curtain " + help + "--help)\n"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
  }

  @Test
  void noCommandIsWrongUsage() {
    Run run = Run.curtain();
    assertEquals(2, run.status());
    assertEquals("curtain: no command given (see curtain --help)\n", run.err());
  }

  @Test
  void failuresAreOneLineAndStatus1() throws Exception {
    String missing = dir.resolve("missing").toString();
    String output = dir.resolve("out").toString();
    assertFailure(
        "curtain: --images " + missing + " does not exist (./curtain check shows what is found)\n",
        Run.curtain("ingest", "--images", missing, "--output", output));
    assertFailure(
        "curtain: --threads: --master local[2] already says how many tasks run; give one of them\n",
        Run.curtain(
            "ingest",
            "--images",
            "x",
            "--output",
            output,
            "--threads",
            "2",
            "--master",
            "local[2]"));
    Path images = Files.createDirectories(dir.resolve("all/images"));
    assertFailure(
        "curtain: --output " + dir.resolve("all") + " holds --images " + images,
        Run.curtain(
            "ingest",
            "--images",
            images.toString(),
            "--output",
            dir.resolve("all").toString(),
            "--overwrite"));
    assertTrue(Files.exists(images));
    assertFalse(Files.exists(Path.of(output)));
  }

  /** The tests' class path has S3A, as Spark's here, and no AWS SDK. */
  @Test
  void aFileSystemWithoutItsLibraryIsOneLine() {
    Run run = Run.curtain("ingest", "--images", "s3a://bucket/photos", "--output", dir + "/o");
    assertEquals(1, run.status());
    assertEquals(
        "curtain: s3a:// needs the AWS SDK, com.amazonaws:aws-java-sdk-bundle:"
            + Version.awsSdk()
            + ", on the class path of the driver and every executor: set SPARK_DIST_CLASSPATH to the"
            + " jar, or give spark-submit --packages org.apache.hadoop:hadoop-aws:"
            + VersionInfo.getVersion()
            + "\n",
        run.err());
  }

  @Test
  void stacktraceShowsTheRest() {
    Run run =
        Run.curtain("ingest", "--images", dir + "/missing", "--output", dir + "/o", "--stacktrace");
    assertEquals(1, run.status());
    assertTrue(run.err().contains("\tat curtain.jobs.ingest.Ingest.call"), run.err());
  }

  @Test
  void generalOptionsAreUnderstoodEverywhere() throws Exception {
    Path file = Files.writeString(dir.resolve("more.args"), "# Why?\n--stacktrace\n");
    Run failed =
        Run.curtain("ingest", "--images", dir + "/missing", "--output", dir + "/o", "@" + file);
    assertEquals(1, failed.status());
    assertTrue(failed.err().contains("\tat curtain.jobs.ingest.Ingest.call"), failed.err());
    Run wrong = Run.curtain("ingest", "--limit", "0", "@" + file);
    assertEquals(2, wrong.status());
    assertTrue(wrong.err().contains("\tat picocli.CommandLine"), wrong.err());
    String data = dir.resolve("data").toString();
    String[] small = {"demo", "data", "--train", "1", "--held-out", "1", "--output", data};
    assertEquals(0, Run.curtain(small).status());
    Run whole =
        Run.curtain(
            "--quiet",
            "demo",
            "data",
            "--train",
            "1",
            "--held-out",
            "1",
            "--output",
            data,
            "--resume");
    assertEquals(new Run(0, "", ""), whole);
  }

  @Test
  void namesOfChoicesMayBeCapitals() {
    assertFailure(
        "curtain: --images nowhere does not exist (./curtain check shows what is found)\n",
        Run.curtain(
            "ingest", "--images", "nowhere", "--output", dir + "/o", "--transform", "NONE"));
  }

  /** What a shell is offered behind these words. */
  @ParameterizedTest
  @CsvSource({
    "curtain inges, ingest",
    "curtain ingest --ima, --images --image-column",
    "curtain ingest --qui, --quiet",
    "curtain ingest --transform, imagenet none square",
    "curtain ingest --transform s, square",
    "curtain pullbacks --gate normal, normal-cdf",
    "curtain pullbacks --temperature-unit, absolute layer-std channel-std",
    "curtain bench gram --precision i, int8",
    "curtain export --model squeezenet1, squeezenet1_0 squeezenet1_1",
  })
  void shellsCompleteCommandsOptionsAndValues(String words, String offered) throws Exception {
    Run script = Run.curtain("completion");
    assertEquals(0, script.status());
    assertEquals("", script.err());
    Path file = Files.writeString(dir.resolve("completion"), script.out());
    // An option before its value ends the line, and the word that is completed is empty.
    String typed = words.matches(".* --(transform|temperature-unit)") ? words + " ''" : words;
    String answer =
        bash(
            "source <(cat '"
                + file
                + "'); COMP_WORDS=("
                + typed
                + ");"
                + " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"${COMP_WORDS[*]}\";"
                + " COMP_POINT=${#COMP_LINE};"
                + " $(complete -p curtain | sed 's/.*-F \\([^ ]*\\).*/\\1/') curtain; echo ${COMPREPLY[*]}");
    assertEquals(offered, answer.strip());
  }

  private static String bash(String script) throws Exception {
    // Only a shell at work knows compopt, and says so.
    Process bash =
        new ProcessBuilder("bash", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream answer = bash.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    Run help = Run.curtain("ingest", "--help");
    assertEquals(0, help.status());
    assertTrue(help.out().startsWith("Usage: curtain ingest"), help.out());
    assertEquals("", help.err());
    Run version = Run.curtain("--version");
    assertEquals(0, version.status());
    assertTrue(
        version.out().matches("curtain \\d+\\.\\d+\\.\\d+ \\(commit (unknown|[0-9a-f]{40}.*)\\)\n"),
        version.out());
  }

  private static void assertFailure(String start, Run run) {
    assertEquals(1, run.status());
    assertTrue(run.err().startsWith(start), run.err());
    assertEquals(1, run.err().lines().count());
    assertEquals("", run.out());
  }
}
