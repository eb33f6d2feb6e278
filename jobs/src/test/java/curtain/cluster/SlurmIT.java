package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/slurm/curtain.sbatch} on loopback: the script itself, with a {@code srun} and a
 * {@code scontrol} that know two nodes, both of them this machine.
 */
@Tag("cluster")
final class SlurmIT {
  /** Runs a command once for each task, ends with the last of them, and hands SIGTERM on. */
  private static final String SRUN =
      """
      #!/usr/bin/env bash
      while [[ $1 == --* ]]; do
        case $1 in --ntasks=*) tasks=${1#*=} ;; esac
        shift
      done
      pids=()
      trap 'kill "${pids[@]}" 2>/dev/null' TERM
      for ((i = 0; i < tasks; i++)); do
        SLURMD_NODENAME=127.0.0.1 SLURM_PROCID=$i "$@" &
        pids+=($!)
      done
      wait
      wait
      """;

  private static final String SCONTROL =
      """
      #!/usr/bin/env bash
      [ "$*" = 'show hostnames nodes[1-2]' ] && printf '127.0.0.1\\n127.0.0.1\\n'
      """;

  private static final int JOB = 4711;

  @TempDir Path folder;

  private static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Finished sbatch(String... arguments) throws IOException, InterruptedException {
    program(folder.resolve("bin/srun"), SRUN);
    program(folder.resolve("bin/scontrol"), SCONTROL);
    Map<String, String> environment = new HashMap<>(Installation.BRIEF_ALL);
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("SLURM_SUBMIT_DIR", Installation.ROOT.toString());
    environment.put("SLURM_JOB_ID", String.valueOf(JOB));
    environment.put("SLURM_JOB_NODELIST", "nodes[1-2]");
    environment.put("SLURM_CPUS_PER_TASK", "1");
    environment.put("SLURM_MEM_PER_NODE", "2048");
    environment.put("CURTAIN_SCRATCH", folder.resolve("scratch").toString());
    environment.put("CURTAIN_HEAP", "1g");
    environment.put("SPARK_SUBMIT_OPTIONS", "--conf spark.executor.memory=1g");
    OneCluster only = OneCluster.await();
    try {
      String script = Installation.ROOT.resolve("deploy/slurm/curtain.sbatch").toString();
      return Finished.run(
          Stream.concat(Stream.of(script), Stream.of(arguments)).toList(), environment, folder);
    } finally {
      only.close();
    }
  }

  @Test
  void runsACommandOnAClusterOfItsOwn() throws Exception {
    Path output = folder.resolve("out");
    sbatch(
            "ingest",
            "--images",
            Shared.path(Shared.CIFAR_IMAGES).toString(),
            "--limit",
            "20",
            "--transform",
            "none",
            "--output",
            output.toString())
        .expect(0);
    assertTrue(Files.exists(output.resolve("_SUCCESS")));
    String master = Files.readString(folder.resolve("curtain-4711/master.log"));
    assertEquals(2, master.lines().filter(line -> line.contains("Registering worker")).count());
    leavesNothing();
  }

  @Test
  void hasTheStatusOfACommandThatFails() throws Exception {
    Finished failed =
        sbatch("ingest", "--images", "nowhere", "--output", folder.resolve("out").toString());
    failed.expect(1);
    assertEquals(
        List.of("curtain: --images nowhere does not exist (./curtain check shows what is found)"),
        failed.err().lines().filter(line -> line.startsWith("curtain:")).toList());
    leavesNothing();
  }

  /** Neither the secret nor what was unpacked. */
  private void leavesNothing() {
    assertFalse(Files.exists(folder.resolve("curtain-4711/spark.conf")));
    assertFalse(Files.exists(folder.resolve("scratch/curtain-4711")));
  }
}
