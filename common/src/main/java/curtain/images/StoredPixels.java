package curtain.images;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/**
 * Rows of Curtain's own {@code images/} table: pixels that are decoded and transformed already and
 * are used as they are.
 */
final class StoredPixels implements Container {
  private static final String[] KEYS = {"image_id", "ordinal", "label", "transform", "shape"};
  private static final List<String> ALL =
      List.of("image_id", "ordinal", "label", "width", "height", "transform", "shape", "pixels");

  /** What an ingest made of its images: transform and size. */
  record Form(String transform, int height, int width) {}

  private final ParquetTable table;

  StoredPixels(ParquetTable table) {
    this.table = table;
    table.choose(ALL.toArray(String[]::new));
  }

  static boolean accepts(MessageType schema) {
    return ALL.stream().allMatch(schema::containsField);
  }

  /** Adds a file's rows to {@code refs} and their forms to {@code forms}; pixels are not read. */
  static void list(Path path, List<ImageRef> refs, Set<Form> forms, Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      if (!accepts(table.schema())) {
        throw new IOException(
            path
                + " is no part of an images table; its columns are "
                + ParquetImages.columns(table.schema()));
      }
      table.choose(KEYS);
      String file = Storage.uri(path);
      for (long row = 0; row < table.rows(); row++) {
        Group values = ParquetImages.rowOf(table, row, path);
        String id = ParquetImages.text(values, "image_id");
        Long ordinal = ParquetImages.wide(values, "ordinal");
        int[] shape = shape(values);
        if (id == null || ordinal == null || shape.length != 3) {
          throw new IOException(path + " row " + row + ": image_id, ordinal or shape is missing");
        }
        forms.add(new Form(ParquetImages.text(values, "transform"), shape[1], shape[2]));
        Integer label = ParquetImages.number(values, "label", path, row);
        String directory = Listing.directoryOf(id);
        refs.add(new ImageRef(ordinal, id, directory, label, file, row, -1, null));
      }
    }
  }

  /** Adds the rows of a part of the {@code errors/} table to {@code refs}. */
  static void listErrors(Path path, List<ImageRef> refs, Configuration conf) throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      for (String column : List.of("image_id", "ordinal", "reason")) {
        if (!table.schema().containsField(column)) {
          throw new IOException(path + " is no part of an errors table: no column " + column);
        }
      }
      table.choose("image_id", "ordinal", "reason");
      String file = Storage.uri(path);
      for (long row = 0; row < table.rows(); row++) {
        Group values = ParquetImages.rowOf(table, row, path);
        String id = ParquetImages.text(values, "image_id");
        Long ordinal = ParquetImages.wide(values, "ordinal");
        String reason = ParquetImages.text(values, "reason");
        if (id == null || ordinal == null) {
          throw new IOException(path + " row " + row + ": image_id or ordinal is missing");
        }
        String directory = Listing.directoryOf(id);
        String error = reason == null ? "unknown" : reason;
        refs.add(new ImageRef(ordinal, id, directory, null, file, row, -1, error));
      }
    }
  }

  /**
   * Refuses pixels that were made in another way than wanted. Under {@link Transform#NONE} a size
   * is each image's own, and a wrong one its error row.
   *
   * @throws IllegalArgumentException naming {@code --transform}
   */
  static void check(Form stored, ImageOptions options, String where) {
    String wanted = options.transform().option();
    if (!wanted.equals(stored.transform)) {
      throw new IllegalArgumentException(
          String.format(
              "--transform %s differs from %s, with which the pixels of %s were made; ingest again"
                  + " or use --transform %s",
              wanted, stored.transform, where, stored.transform));
    }
    int size = options.size();
    if (options.transform() != Transform.NONE && (stored.height != size || stored.width != size)) {
      throw new IllegalArgumentException(
          String.format(
              "--transform %s to %d x %d pixels, which the network wants, differs from the %d x %d"
                  + " stored in %s; ingest again",
              wanted, size, size, stored.width, stored.height, where));
    }
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    Group row = table.row(ref.position());
    if (!ref.imageId().equals(ParquetImages.text(row, "image_id"))) {
      throw new IOException(ref.file() + " changed since it was listed");
    }
    int[] shape = shape(row);
    byte[] pixels =
        row.getFieldRepetitionCount("pixels") == 0
            ? new byte[0]
            : row.getBinary("pixels", 0).getBytes();
    if (shape.length != 3 || shape[0] != 3 || pixels.length != 3L * shape[1] * shape[2]) {
      throw new BadImageException(
          pixels.length + " stored bytes do not have shape " + Arrays.toString(shape));
    }
    check(new Form(ParquetImages.text(row, "transform"), shape[1], shape[2]), options, ref.file());
    if (options.transform() == Transform.NONE) {
      Transforms.checkSize(shape[2], shape[1], options.size());
    }
    return new DecodedImage(
        ref, row.getInteger("width", 0), row.getInteger("height", 0), shape, pixels);
  }

  /** The list column, in the two- or three-level form. */
  private static int[] shape(Group row) {
    if (row.getFieldRepetitionCount("shape") == 0) {
      return new int[0];
    }
    Group list = row.getGroup("shape", 0);
    int[] shape = new int[list.getFieldRepetitionCount(0)];
    boolean flat = list.getType().getType(0).isPrimitive();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = flat ? list.getInteger(0, i) : list.getGroup(0, i).getInteger(0, 0);
    }
    return shape;
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
