package curtain.spark;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.pullback.TargetChoice;
import java.io.Serializable;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;

/**
 * Reads the image and the label of a row.
 *
 * @param image position of the column of images
 * @param label position of the column of labels, or -1 where no label is read
 * @param options transform and sizes
 * @param classes classes of the network
 * @param targets targets of the image
 */
record RowImages(
    int image, int label, ImageOptions options, ClassList classes, TargetChoice targets)
    implements Serializable {
  private static final String NAME = "row";
  private static final int UNDEFINED = -1;

  /**
   * The image of a row, or the reason why there is none.
   *
   * @param row the row that was read
   * @param image decoded image, or null where there is none
   * @param label class, or null where there is none or it is not read
   * @param reason reason why there is no image, else null
   */
  record Input(Row row, DecodedImage image, Integer label, String reason) {}

  /** Reads a row; what is wrong with its image or label becomes the reason. */
  Input read(Row row) {
    Integer index = null;
    if (targets.kind() == TargetChoice.Kind.LABEL) {
      if (row.isNullAt(label)) {
        return refused(row, "no label: it is null");
      }
      OptionalInt found = index(row.get(label));
      if (found.isEmpty()) {
        return refused(row, "label " + row.get(label) + " is no class of the network");
      }
      index = found.getAsInt();
      if (index < 0) {
        return refused(row, "no label: it is " + index);
      }
      if (index >= classes.size()) {
        return refused(
            row, "label " + index + " is not within the network's 0.." + (classes.size() - 1));
      }
    }
    if (row.isNullAt(image)) {
      return refused(row, "no image: it is null");
    }
    Outcome outcome;
    if (row.get(image) instanceof Row decoded) {
      String problem = problem(decoded);
      if (problem != null) {
        return refused(row, problem);
      }
      outcome =
          ImageSet.transform(
              NAME,
              ImageSchema.getWidth(decoded),
              ImageSchema.getHeight(decoded),
              ImageSchema.getNChannels(decoded),
              ImageSchema.getData(decoded),
              options);
    } else {
      outcome = ImageSet.decode(NAME, (byte[]) row.get(image), options);
    }
    return outcome instanceof DecodedImage good
        ? new Input(row, good, index, null)
        : refused(row, ((ImageError) outcome).reason());
  }

  private static Input refused(Row row, String reason) {
    return new Input(row, null, null, reason);
  }

  private OptionalInt index(Object value) {
    if (value instanceof Number number) {
      double index = number.doubleValue();
      return index == (int) index ? OptionalInt.of((int) index) : OptionalInt.empty();
    }
    return classes.labelOf((String) value);
  }

  /**
   * The reason why an image of Spark's image source cannot be used, or null. The modes are
   * OpenCV's: 0, 16 and 24 are unsigned bytes with 1, 3 and 4 channels.
   */
  private static String problem(Row image) {
    String[] names = ImageSchema.columnSchema().fieldNames();
    for (int i = 1; i < names.length; i++) { // the first field, the image's origin, may be null
      if (image.isNullAt(i)) {
        return "the image's " + names[i] + " is null";
      }
    }
    int mode = ImageSchema.getMode(image);
    if (mode == UNDEFINED) {
      return "undecodable: Spark's image source could not read it";
    }
    int channels = ImageSchema.getNChannels(image);
    return mode == (channels - 1) * 8
        ? null
        : String.format(
            Locale.ROOT,
            "OpenCV mode %d with %d channels; 0, 16 and 24 are known, bytes of 1, 3 and 4 channels",
            mode,
            channels);
  }
}
