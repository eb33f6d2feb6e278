package curtain.jobs.shards;

import curtain.images.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A whole output of a command, as an input of another one. */
public final class FinishedOutput {
  private final String option;
  private final String given;
  private final FileSystem fs;
  private final Layout layout;
  private final Provenance provenance;

  private FinishedOutput(
      String option, String given, FileSystem fs, Layout layout, Provenance provenance) {
    this.option = option;
    this.given = given;
    this.fs = fs;
    this.layout = layout;
    this.provenance = provenance;
  }

  /**
   * Opens the output of a command.
   *
   * @param option option that names it
   * @param input a Hadoop URI or plain path
   * @param command command that must have made it
   * @throws RunException when it does not exist, is not whole or is another command's
   * @throws IOException when storage fails or the provenance is damaged
   */
  public static FinishedOutput open(String option, String input, String command, Configuration conf)
      throws IOException, RunException {
    return open(option, input, List.of(command), conf);
  }

  /**
   * Opens the output of one of several commands.
   *
   * @param option option that names it
   * @param input a Hadoop URI or plain path
   * @param commands commands that may have made it; {@link #provenance} says which one has
   * @throws RunException when it does not exist, is not whole or is another command's
   * @throws IOException when storage fails or the provenance is damaged
   */
  public static FinishedOutput open(
      String option, String input, List<String> commands, Configuration conf)
      throws IOException, RunException {
    String command = String.join(" or ", commands);
    Path path = SourceFiles.qualified(input, conf);
    FileSystem fs = Storage.of(path, conf);
    Layout layout = Layout.of(path);
    if (!fs.exists(path)) {
      throw new RunException(option + " " + Layout.named(input, layout.root()) + " does not exist");
    }
    Provenance made = Storage.readJson(fs, layout.provenance(path), Provenance.class);
    boolean begun = made != null || fs.exists(layout.incomplete());
    if (begun && !(made != null && fs.exists(layout.success(path)))) {
      Plan plan = Storage.readJson(fs, layout.plan(), Plan.class);
      String last = made == null ? command : made.command();
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s %s is not whole: it has no %s; run curtain %s with --resume",
              option,
              input,
              Layout.SUCCESS,
              plan == null ? last : plan.command()));
    }
    if (made == null) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s %s is no output of curtain %s: it has no %s",
              option,
              input,
              command,
              Layout.PROVENANCE));
    }
    if (!commands.contains(made.command())) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s %s was made by curtain %s; give an output of curtain %s",
              option,
              input,
              made.command(),
              command));
    }
    return new FinishedOutput(option, input, fs, layout, made);
  }

  /** The directory. */
  public Path root() {
    return layout.root();
  }

  /** The directory as the option gave it. */
  public String given() {
    return given;
  }

  /** The path of {@code _provenance.json}. */
  public Path provenanceFile() {
    return layout.provenance(layout.root());
  }

  /** The provenance of the output. */
  public Provenance provenance() {
    return provenance;
  }

  /**
   * A setting of the run that made the output.
   *
   * @throws RunException when the provenance lacks it
   */
  public String setting(String name) throws RunException {
    String value = provenance.settings().get(name);
    if (value == null) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s %s: its %s has no setting %s",
              option,
              given,
              Layout.PROVENANCE,
              name));
    }
    return value;
  }

  /**
   * A setting that some outputs lack, or {@code before}, which may be null, where this one does.
   */
  public String setting(String name, String before) {
    return provenance.settings().getOrDefault(name, before);
  }

  /**
   * The files of a table, in the order of their shards, which is that of the ordinals.
   *
   * @throws RunException when the output has no such table
   * @throws IOException when storage fails
   */
  public List<Path> parts(String table) throws IOException, RunException {
    try {
      return Storage.parts(fs, layout.table(table));
    } catch (FileNotFoundException e) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s %s has no %s/; give the directory that the command's --output named",
              option,
              given,
              table));
    }
  }
}
