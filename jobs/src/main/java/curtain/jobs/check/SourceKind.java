package curtain.jobs.check;

import curtain.images.parquet.ColumnFile;
import curtain.images.parquet.Columns;
import curtain.images.parquet.ParquetImages;
import curtain.images.parquet.ParquetTable;
import curtain.images.parquet.StoredPixels;
import curtain.images.source.ContainerKind;
import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What an image set is, by its content.
 *
 * @param words what it is, with its article
 * @param labels where labels come from that images themselves have
 * @param files whether images are files with names
 */
record SourceKind(String words, String labels, boolean files) {
  /**
   * Looks at the first image of a set.
   *
   * @param columns of Parquet that are named
   * @throws IOException when storage fails
   */
  static SourceKind of(List<ImageRef> refs, Columns columns, Configuration conf)
      throws IOException {
    Optional<ImageRef> first = refs.stream().filter(ref -> ref.error() == null).findFirst();
    if (first.isEmpty()) {
      return new SourceKind("a folder or archive", "their source", true);
    }
    ImageRef ref = first.get();
    if (ref.length() < 0) {
      return parquet(ref, columns, conf);
    }
    return ref.position() > 0
        ? new SourceKind(archive(ref.file(), conf), ".cls or .json beside them", true)
        : new SourceKind("a folder", "their source", true);
  }

  private static SourceKind parquet(ImageRef ref, Columns columns, Configuration conf)
      throws IOException {
    Path file = ColumnFile.of(ref.file()).path();
    try (ParquetTable table = ParquetTable.open(file, conf)) {
      if (StoredPixels.accepts(table.schema())) {
        return new SourceKind("what ingest wrote", "what ingest wrote", false);
      }
    }
    Columns found = ParquetImages.find(file, columns, conf);
    String label = found.label() == null ? "no column" : column(found.label());
    return new SourceKind("Parquet, images in " + column(found.image()), label, false);
  }

  private static String column(String name) {
    return "column '" + Screen.cut(name, 25) + "'";
  }

  private static String archive(String file, Configuration conf) throws IOException {
    return switch (SourceFiles.kind(file, conf).orElse(ContainerKind.TAR)) {
      case ZIP -> "a zip";
      case TAR_GZ -> "a tar.gz, which is inflated from its start by every task";
      case TAR, PARQUET -> "a tar";
    };
  }
}
