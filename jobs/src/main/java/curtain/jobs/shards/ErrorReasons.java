package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The reasons in an output's table of errors. */
public final class ErrorReasons {
  private static final int MOST = 10_000; // different ones that are counted

  private ErrorReasons() {}

  /**
   * The commonest reason, of several the first by code unit; null where there is no error.
   *
   * @throws IOException where the table cannot be read
   */
  public static String commonest(OutputDirectory output, Configuration conf) throws IOException {
    Layout layout = output.layout();
    FileSystem fs = Storage.of(layout.root(), conf);
    Map<String, Long> counts = new HashMap<>();
    for (Path part : Storage.parts(fs, layout.table(Table.ERRORS.name()))) {
      TableReader.forEach(
          Table.ERRORS,
          part,
          conf,
          row -> {
            if (counts.size() < MOST || counts.containsKey(row.reason())) {
              counts.merge(row.reason(), 1L, Long::sum);
            }
          });
    }
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Long>comparingByValue()
                .thenComparing(Map.Entry.<String, Long>comparingByKey().reversed()))
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
