package curtain.jobs.show;

import curtain.jobs.command.Settings;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Layout;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What figures, or a page, are made of, as settings by name: {@code input}, where the outputs are,
 * and for each output its {@code _provenance.json}, when it was whole and the first digits of that
 * file's SHA-256. An output that was made anew has others.
 */
public final class InputSettings {
  /** Of 64; enough to tell two runs that ended in the same second. */
  private static final int DIGITS = 16;

  private InputSettings() {}

  /** Of these outputs. */
  public static Settings of(List<FinishedOutput> inputs, Configuration conf) throws IOException {
    Settings.Builder settings = Settings.builder();
    settings.add(
        "input",
        inputs.stream().map(input -> input.root().toString()).collect(Collectors.joining(",")));
    for (FinishedOutput input : inputs) {
      Path made = input.provenanceFile();
      String sha256 = Sha256.of(made.getFileSystem(conf).open(made));
      settings.add(
          Layout.display(made),
          String.format(
              Locale.ROOT,
              "%s, SHA-256 %s",
              input.provenance().end(),
              sha256.substring(0, DIGITS)));
    }
    return settings.build();
  }
}
