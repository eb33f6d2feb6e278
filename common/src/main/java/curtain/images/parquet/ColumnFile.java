package curtain.images.parquet;

import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;

/**
 * A Parquet file and its column of images, as {@link ImageRef#file} names both: readers have the
 * reference alone.
 *
 * @param file its URI
 * @param column top-level column of images; null where none is named, of what an ingest wrote
 */
public record ColumnFile(String file, String column) {
  /** What a reference names: its fragment, which the path of a URI cannot have, is the column. */
  public static ColumnFile of(String reference) {
    int fragment = reference.lastIndexOf('#');
    return fragment < 0
        ? new ColumnFile(reference, null)
        : new ColumnFile(
            reference.substring(0, fragment),
            URLDecoder.decode(reference.substring(fragment + 1), StandardCharsets.UTF_8));
  }

  /** Text that {@link #of} reads back. */
  String reference() {
    return column == null ? file : file + "#" + URLEncoder.encode(column, StandardCharsets.UTF_8);
  }

  /**
   * The file.
   *
   * @throws IOException where the URI is none
   */
  public Path path() throws IOException {
    return SourceFiles.pathOfUri(file);
  }
}
