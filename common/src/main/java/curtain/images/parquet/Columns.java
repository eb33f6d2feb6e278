package curtain.images.parquet;

/**
 * Names of the columns of a Parquet file that hold images and labels. As a wish, null leaves a
 * column to be found, and an empty label wants none; as what was found, a null label means that
 * there is none.
 *
 * @param image top-level column of images
 * @param label top-level column of labels
 */
public record Columns(String image, String label) {
  /** Finds both columns. */
  public static final Columns FOUND = new Columns(null, null);

  /** The wish for no column of labels. */
  public static final String NO_LABEL = "";
}
