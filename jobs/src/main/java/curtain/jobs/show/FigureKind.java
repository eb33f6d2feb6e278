package curtain.jobs.show;

import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** How the output of one command becomes figures. */
public interface FigureKind {
  /** The command whose output it is. */
  String command();

  /** Those of {@code curtain figures}' options that say how, besides those that all kinds have. */
  Set<String> options();

  /** A regular expression of the names of the files that are written. */
  String files();

  /**
   * Reads and checks; writes nothing.
   *
   * @param labels of {@code --labels}, or null
   * @throws RunException when the input cannot be drawn
   * @throws IOException when storage fails
   */
  Ready ready(FinishedOutput input, String labels, Configuration conf)
      throws IOException, RunException;

  /** Figures that can be drawn. */
  interface Ready {
    /** What decides the figures, for the provenance. */
    Settings settings();

    /** Number of images that they show or are about. */
    long images();

    /** What they show, for the last line: so many images. */
    String shown();

    /** Draws all; the counts are those of {@code pages}, and of the rows of each CSV file. */
    Map<String, Long> draw(FileOutput output, Progress progress) throws IOException, RunException;
  }
}
