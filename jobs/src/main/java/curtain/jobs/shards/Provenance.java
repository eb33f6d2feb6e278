package curtain.jobs.shards;

import curtain.engine.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The provenance of an output: {@code _provenance.json}, beside {@code _SUCCESS} (spec 12).
 *
 * @param version version of Curtain
 * @param commit commit of Curtain's source, {@code unknown} where the build had none
 * @param command name of the command
 * @param commandLine command line as typed when the run began
 * @param start when the run began, ISO 8601, UTC
 * @param end when the output was whole, ISO 8601, UTC
 * @param resumed whether more than one process worked on it
 * @param settings everything that decides results, see {@link Plan}: model, weights' SHA-256,
 *     transform, gate, temperature and the rest where the command has them
 * @param precision precision of the network's arithmetic, null where no network ran
 * @param device device that the network ran on, null where none ran
 * @param libraries versions of libraries by name
 * @param machines machines that the network ran on, each once: where there are several, floats of
 *     their images may differ in the last digits; empty where none ran, or an earlier version made
 *     the output
 * @param tables names of the tables, and of plain files beside them
 * @param listed number of images listed: {@code results + errors}
 * @param results distinct images that gave results
 * @param errors images that gave none
 * @param rows number of rows by table, and of entries by file
 * @param application YARN's id of the application that began it, null where YARN ran no driver
 */
public record Provenance(
    String version,
    String commit,
    String command,
    String commandLine,
    String start,
    String end,
    boolean resumed,
    Map<String, String> settings,
    String precision,
    String device,
    Map<String, String> libraries,
    List<Machine> machines,
    List<String> tables,
    long listed,
    long results,
    long errors,
    Map<String, Long> rows,
    String application) {
  /** Keeps copies, in the order given. */
  public Provenance {
    settings = new LinkedHashMap<>(settings);
    libraries = new LinkedHashMap<>(libraries);
    machines = machines == null ? List.of() : List.copyOf(machines);
    tables = List.copyOf(tables);
    rows = new LinkedHashMap<>(rows);
  }
}
