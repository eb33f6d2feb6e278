package curtain.images.parquet;

import curtain.OneLine;
import curtain.images.decode.Transforms;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import curtain.images.source.Transform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of Curtain's own {@code images/} table: pixels that are decoded and transformed already and
 * are used as they are.
 */
public final class StoredPixels implements Container {
  private static final String SOURCE_LABEL = "source_label";
  private static final List<String> KEYS =
      List.of("image_id", "ordinal", "label", "transform", "shape");
  private static final PrimitiveTypeName[] INTEGERS = {
    PrimitiveTypeName.INT32, PrimitiveTypeName.INT64
  };
  private static final List<String> ALL =
      List.of("image_id", "ordinal", "label", "width", "height", "transform", "shape", "pixels");

  /**
   * What an ingest made of its images.
   *
   * @param transform its name
   * @param height in pixels
   * @param width in pixels
   */
  public record Form(String transform, int height, int width) {}

  private final ParquetTable table;

  /** The rows of an open file, which is closed with them. */
  public StoredPixels(ParquetTable table) {
    this.table = table;
    table.choose(ALL.toArray(String[]::new));
  }

  /** Whether a file of this schema is a part of an {@code images/} table. */
  public static boolean accepts(MessageType schema) {
    return ALL.stream().allMatch(schema::containsField)
        && Values.is(schema, "image_id", PrimitiveTypeName.BINARY)
        && Values.is(schema, "ordinal", INTEGERS)
        && Values.is(schema, "label", INTEGERS)
        && Values.is(schema, "width", PrimitiveTypeName.INT32)
        && Values.is(schema, "height", PrimitiveTypeName.INT32)
        && Values.is(schema, "transform", PrimitiveTypeName.BINARY)
        && Values.is(schema, "pixels", PrimitiveTypeName.BINARY)
        && isListOfIntegers(schema.getType("shape"));
  }

  /** Whether a column is a list of int32, in Parquet's two- or three-level form. */
  private static boolean isListOfIntegers(Type type) {
    if (type.isPrimitive() || type.asGroupType().getFieldCount() != 1) {
      return false;
    }
    GroupType list = type.asGroupType();
    if (!list.getType(0).isPrimitive()) {
      list = list.getType(0).asGroupType();
    }
    return list.getFieldCount() == 1
        && Values.is(list, list.getFieldName(0), PrimitiveTypeName.INT32);
  }

  /** Adds a file's rows to {@code refs} and their forms to {@code forms}; pixels are not read. */
  public static void list(Path path, List<ImageRef> refs, Set<Form> forms, Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      if (!accepts(table.schema())) {
        throw new IOException(
            path
                + " is no part of an images table; its columns are "
                + Values.columns(table.schema()));
      }
      boolean sources = Values.is(table.schema(), SOURCE_LABEL, PrimitiveTypeName.BINARY);
      List<String> keys = new ArrayList<>(KEYS);
      if (sources) {
        keys.add(SOURCE_LABEL);
      }
      table.choose(keys.toArray(String[]::new));
      String file = SourceFiles.uri(path);
      for (long row = 0; row < table.rows(); row++) {
        Group values = table.row(row);
        String id = Values.text(values, "image_id");
        Long ordinal = Values.wide(values, "ordinal");
        int[] shape = shape(values);
        if (id == null || ordinal == null || ordinal < 0 || shape.length != 3) {
          throw new IOException(path + " row " + row + ": image_id, ordinal or shape is missing");
        }
        forms.add(new Form(Values.text(values, "transform"), shape[1], shape[2]));
        Integer number = Values.number(values, "label", path, row);
        Label label =
            sources ? sourceLabel(values) : number == null ? Label.UNTOLD : Label.of(number);
        refs.add(ref(ordinal, id, label, file, row, null));
      }
    } catch (BadImageException e) { // of a page: nothing behind it can be listed
      throw new IOException(path + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * The label that the source of an ingest held, which that kept beside its own: by that, and not
   * by the class list of the ingest, a network reads its label.
   */
  private static Label sourceLabel(Group row) throws BadImageException {
    String text = Values.text(row, SOURCE_LABEL);
    return text == null ? Label.UNTOLD : Label.of(text);
  }

  private static ImageRef ref(
      long ordinal, String id, Label label, String file, long row, String error) {
    return new ImageRef(
        ordinal,
        id,
        Listing.directory(id, label),
        label.index(),
        label.told(),
        file,
        row,
        -1,
        error);
  }

  /**
   * Adds the rows of a part of the {@code errors/} table to {@code refs}.
   *
   * @param told whether the source held labels, so that directories are no classes
   */
  public static void listErrors(Path path, boolean told, List<ImageRef> refs, Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      for (String column : List.of("image_id", "ordinal", "reason")) {
        PrimitiveTypeName[] types =
            column.equals("ordinal")
                ? INTEGERS
                : new PrimitiveTypeName[] {PrimitiveTypeName.BINARY};
        if (!Values.is(table.schema(), column, types)) {
          throw new IOException(path + " is no part of an errors table: no column " + column);
        }
      }
      table.choose("image_id", "ordinal", "reason");
      String file = SourceFiles.uri(path);
      for (long row = 0; row < table.rows(); row++) {
        Group values = table.row(row);
        String id = Values.text(values, "image_id");
        Long ordinal = Values.wide(values, "ordinal");
        String reason = Values.text(values, "reason");
        if (id == null || ordinal == null || ordinal < 0) {
          throw new IOException(path + " row " + row + ": image_id or ordinal is missing");
        }
        String error = reason == null ? "unknown" : reason;
        refs.add(ref(ordinal, id, told ? Label.NONE : Label.UNTOLD, file, row, error));
      }
    } catch (BadImageException e) {
      throw new IOException(path + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses pixels that were made in another way than wanted. Under {@link Transform#NONE} a size
   * is each image's own, and a wrong one its error row.
   *
   * @throws IllegalArgumentException naming the transform
   */
  public static void check(Form stored, ImageOptions options, String where) {
    String wanted = options.transform().option();
    if (!wanted.equals(stored.transform)) {
      String made = OneLine.of(String.valueOf(stored.transform));
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "transform %s differs from %s, with which the pixels of %s were made; ingest again"
                  + " or use transform %s",
              wanted,
              made,
              where,
              made));
    }
    int size = options.size();
    if (options.transform() != Transform.NONE && (stored.height != size || stored.width != size)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "transform %s to %d x %d pixels, which the network wants, differs from the %d x %d"
                  + " stored in %s; ingest again",
              wanted,
              size,
              size,
              stored.width,
              stored.height,
              where));
    }
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    Group row = table.row(ref.position());
    if (!ref.imageId().equals(Values.text(row, "image_id"))) {
      throw new IOException(ref.file() + " changed since it was listed");
    }
    int[] shape = shape(row);
    byte[] stored = Values.bytes(row, "pixels");
    byte[] pixels = stored == null ? new byte[0] : stored;
    if (shape.length != 3
        || shape[0] != 3
        || shape[1] <= 0
        || shape[2] <= 0
        || pixels.length != 3L * shape[1] * shape[2]) {
      throw new BadImageException(
          pixels.length + " stored bytes do not have shape " + Arrays.toString(shape));
    }
    Long width = Values.wide(row, "width");
    Long height = Values.wide(row, "height");
    if (width == null || height == null || width <= 0 || height <= 0) {
      throw new BadImageException("its row gives a size of " + width + " x " + height);
    }
    check(new Form(Values.text(row, "transform"), shape[1], shape[2]), options, ref.file());
    if (options.transform() == Transform.NONE) {
      Transforms.checkSize(shape[2], shape[1], options.size());
    }
    return new DecodedImage(ref, width.intValue(), height.intValue(), shape, null, pixels);
  }

  /**
   * The value of the column {@code shape}, a list in Parquet's two- or three-level form; empty
   * where it is null.
   */
  private static int[] shape(Group row) {
    if (row.getFieldRepetitionCount("shape") == 0) {
      return new int[0];
    }
    Group list = row.getGroup("shape", 0);
    int[] shape = new int[list.getFieldRepetitionCount(0)];
    boolean flat = list.getType().getType(0).isPrimitive();
    for (int i = 0; i < shape.length; i++) {
      if (flat) {
        shape[i] = list.getInteger(0, i);
      } else {
        Group element = list.getGroup(0, i);
        shape[i] = element.getFieldRepetitionCount(0) == 0 ? 0 : element.getInteger(0, 0);
      }
    }
    return shape;
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
