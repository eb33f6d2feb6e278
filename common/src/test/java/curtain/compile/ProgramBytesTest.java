package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are known by the hashes of their files: nothing but network and options is in these. */
@Tag("fast")
final class ProgramBytesTest {
  private static final CompileOptions LEAKY =
      new CompileOptions(Gate.parse("leaky:0.3"), PoolGate.HARD, true, Precision.FLOAT64);

  @TempDir Path dir;

  /** Prints the hashes. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      System.out.println(String.join(" ", hashes(Path.of(args[0]))));
    }
  }

  /** Of both files of every kind of program, compiled anew. */
  private static List<String> hashes(Path file) throws Exception {
    Graphs winograd = new Graphs(16);
    int x = winograd.relu(winograd.convolution(0, 48, 3, 1, 1));
    x = winograd.relu(winograd.convolution(x, 48, 3, 1, 1));
    List<String> hashes = new ArrayList<>();
    for (Network network : List.of(RandomNetworks.of("demo_cnn", 314), winograd.classify(x))) {
      for (Program program :
          List.of(
              Compiler.compile(network, CompileOptions.DEFAULT),
              Compiler.compile(network, LEAKY),
              Compiler.neurons(network, CompileOptions.DEFAULT, 1, -1),
              Compiler.gram(network, Gate.HARD, GateNumbers.BITS),
              Compiler.calibration(network),
              PathProgram.compile(network, true))) {
        program.write(file);
        hashes.add(hash(file));
        program.writeForOneDnn(file);
        hashes.add(hash(file));
      }
    }
    return hashes;
  }

  private static String hash(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** Compiled by another compiler, on one processor, elsewhere. */
  @Test
  void equalInEveryProcess() throws Exception {
    Path file = dir.resolve("program.pt");
    String expected = String.join(" ", hashes(file));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + Shared.root().resolve("conf/jvm.options"),
            "-XX:-TieredCompilation",
            "-XX:ActiveProcessorCount=1",
            "-Duser.timezone=Pacific/Kiritimati",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            file.toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    assertEquals(expected, new String(output, StandardCharsets.US_ASCII).strip());
  }

  /** The text that is in the file, and what is read of it. */
  @Test
  void informationIsWrittenInOneOrder() {
    ProgramInfo info =
        new ProgramInfo(
            "net",
            32,
            10,
            LEAKY,
            List.of(new ProgramInfo.Layer("relu", List.of(16, 32, 32))),
            List.of(new ProgramInfo.Layer("pool", List.of(16, 16, 16))));
    String json =
        "{\"model\":\"net\",\"imageSize\":32,\"classes\":10,\"options\":{\"gate\":"
            + "{\"kind\":\"LEAKY\",\"slope\":0.3},\"pool\":\"HARD\",\"compatAuthors\":true,"
            + "\"precision\":\"FLOAT64\"},\"relus\":[{\"name\":\"relu\",\"shape\":[16,32,32]}],"
            + "\"pools\":[{\"name\":\"pool\",\"shape\":[16,16,16]}]}";
    assertEquals(json, info.toJson());
    assertEquals(info, new Gson().fromJson(json, ProgramInfo.class));
  }
}
