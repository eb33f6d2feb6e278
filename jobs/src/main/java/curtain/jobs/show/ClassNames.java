package curtain.jobs.show;

import curtain.images.ClassList;
import curtain.jobs.command.Classes;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.ModelDefaults;
import curtain.network.Architecture;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * The classes of a run that is read.
 *
 * @param classes its list
 * @param named whether they have names; else the network had more or fewer classes than the list
 *     that goes with it
 */
public record ClassNames(ClassList classes, boolean named) {
  /** More than any network of the list has. */
  private static final int MOST = 65_536;

  /**
   * The list that the run used, told by its checksum.
   *
   * @param labels a file to take in its place, or null
   * @throws RunException where the run's own file has changed
   * @throws IOException where a file cannot be read
   */
  public static ClassNames of(FinishedOutput run, String labels, Configuration conf)
      throws IOException, RunException {
    if (labels != null) {
      return new ClassNames(ClassList.read(labels, conf), true);
    }
    String file = run.setting("labels");
    boolean builtIn = file.equals("built in");
    if (file.equals(Classes.FOLDERS)) {
      return new ClassNames(Classes.ofJoined(run.setting(Classes.NAMES)), true);
    }
    ClassList list =
        builtIn
            ? new ModelDefaults(Architecture.of(run.setting("model"))).classes()
            : ClassList.read(file, conf);
    if (ImageArguments.sha256(list).equals(run.setting("labels_sha256"))) {
      return new ClassNames(list, true);
    }
    if (!builtIn) {
      throw new RunException(
          file + " has changed since the run that read it; give the class list with --labels");
    }
    return none();
  }

  /** Names of none. */
  public static ClassNames none() {
    return new ClassNames(ClassList.unnamed(MOST), false);
  }

  /**
   * The option that names a class list, which decides figures or a page.
   *
   * @param labels the file, or null for the run's own, which its provenance tells
   */
  public static Settings settings(String labels, Configuration conf) throws IOException {
    Settings.Builder settings = Settings.builder();
    return labels == null
        ? settings.add("labels", "the run's").build()
        : settings
            .add("labels", labels)
            .add("labels_sha256", ImageArguments.sha256(ClassList.read(labels, conf)))
            .build();
  }

  /** The name of a class, null where it has none. */
  public String name(Integer index) {
    return named && index != null && index >= 0 && index < classes.size()
        ? classes.name(index)
        : null;
  }

  /** What to call a class. */
  public String title(Integer index) {
    String name = name(index);
    return name == null ? "class " + index : name;
  }
}
