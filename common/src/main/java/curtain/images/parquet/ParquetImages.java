package curtain.images.parquet;

import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The images of a Parquet file as the Hugging Face hub has them: one column of images, {@code
 * struct<bytes: binary, path: string>} or plain binary, and perhaps one of labels, numbers or text.
 */
public final class ParquetImages implements Container {
  private static final String PATH = "path";

  private final ParquetTable table;
  private final String column;

  /**
   * The images of an open file, which is closed with them.
   *
   * @param column of images, see {@link ColumnFile}; null where the reference named none
   * @throws IOException where there is no such column
   */
  public ParquetImages(ParquetTable table, String column) throws IOException {
    this.table = table;
    this.column = column;
    MessageType schema = table.schema();
    if (column == null || !ColumnSearch.holdsBytes(schema, column)) {
      throw new IOException("it changed since it was listed");
    }
    table.choose(new MessageType(schema.getName(), Values.bytesOnly(schema, column)));
  }

  /**
   * Finds the columns of a file's images and labels; reads first values of binary columns where
   * their types alone do not tell which holds images.
   *
   * @param wanted columns that are named, null where they are to be found
   * @throws IOException where there is no such column or several, or the file is damaged
   */
  public static Columns find(Path path, Columns wanted, Configuration conf) throws IOException {
    MessageType schema;
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      schema = table.schema();
    }
    return ColumnSearch.find(path, schema, wanted, conf);
  }

  /**
   * Lists a file's rows; the column of bytes is not read.
   *
   * @param name of the file: the id of a row whose path is null, or is that of an image before it,
   *     is {@code NAME#ROW}
   * @param images column of images of the first file of the set, see {@link #find}
   * @param labels column of labels of the set
   * @throws IOException where the file has no such columns, is damaged, is compressed by a codec
   *     that is not there, or its storage fails
   */
  public static void list(
      Path path,
      String name,
      String images,
      LabelColumn labels,
      Listing listing,
      Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      MessageType schema = table.schema();
      if (!ColumnSearch.holdsBytes(schema, images)) {
        throw new IOException(
            path
                + " has no column "
                + images
                + " of images; its columns are "
                + Values.columns(schema));
      }
      Type labelled = labels.field(schema, path);
      table.choose(new MessageType(schema.getName(), Values.bytesOnly(schema, images)));
      table.requireCodecs();
      List<Type> chosen = new ArrayList<>();
      boolean named =
          ColumnSearch.isStruct(schema, images)
              && Values.is(schema.getType(images).asGroupType(), PATH, PrimitiveTypeName.BINARY);
      if (named) {
        GroupType image = schema.getType(images).asGroupType();
        chosen.add(image.withNewFields(image.getType(PATH)));
      }
      if (labelled != null) {
        chosen.add(labelled);
      }
      String file = new ColumnFile(SourceFiles.uri(path), images).reference();
      if (!chosen.isEmpty()) {
        table.choose(new MessageType(schema.getName(), chosen));
        table.requireCodecs();
      }
      Label partition = labels.ofDirectory(name);
      for (long row = 0; row < table.rows() && !listing.full(); row++) {
        String id = null;
        Label label = partition;
        if (!chosen.isEmpty()) {
          Group values = table.row(row);
          id = named ? Values.text(Values.group(values, images), PATH) : null;
          label = labelled == null ? label : labels.of(values, path, row);
        }
        boolean own = id != null && !id.isEmpty() && !listing.has(id);
        listing.add(own ? id : name + "#" + row, label, file, row, -1, null);
      }
    } catch (BadImageException e) { // of a page: nothing behind it can be listed
      throw new IOException(path + " cannot be listed: " + e.getMessage(), e);
    }
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    byte[] bytes = Values.image(table.row(ref.position()), column);
    if (bytes == null) {
      throw new BadImageException("the row has no bytes in column " + column);
    }
    return ImageDecoder.decode(ref, bytes, options);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
