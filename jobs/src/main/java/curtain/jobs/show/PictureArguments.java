package curtain.jobs.show;

import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Options on figures that show images of a set: which, and how large. */
public final class PictureArguments {
  /** What the size of pictures is called where they keep their images'. */
  public static final String OWN_SIZE = "the image's own";

  /** All of them. */
  public static final Set<String> OPTIONS =
      Set.of("--images", "--image", "--limit", "--cell", "--rows");

  @Option(
      names = "--images",
      paramLabel = "URI",
      description =
          "The images that --input is of, found by image_id (default: those of the run, if their"
              + " list has not changed). The run's transform is applied.")
  private String images;

  @Option(
      names = "--image",
      paramLabel = "ID[,ID...]",
      split = ",",
      hideParamSyntax = true,
      description =
          "Only these images, by image_id, separated by commas (default: all, of a kernel some"
              + " of all parts of the set). They come in the set's order.")
  private List<String> ids = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      description = "Only the first N of these images, 1 and up (default: as --image says).")
  private Long limit;

  @Option(
      names = "--cell",
      paramLabel = "PIXELS",
      converter = Ranges.Side.class,
      description =
          "Longer side of a picture, 32 to 4096 (default: the image's own, of a kernel 128; the"
              + " least multiple from 128 of smaller images). Multiples enlarge each pixel to a square, other sizes"
              + " are bilinear.")
  private Integer cell;

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "8",
      description = "Images, or neurons, on a page, 1 to 65536 (default: ${DEFAULT-VALUE}).")
  private int rows;

  /** Where the images are now, null for where the run found them. */
  public String images() {
    return images;
  }

  /** image_ids; none for all. */
  public List<String> ids() {
    return ids;
  }

  /** Number of images, or null. */
  public Long limit() {
    return limit;
  }

  /** Pixels of a picture's longer side, or null. */
  public Integer cell() {
    return cell;
  }

  /** Images on a page. */
  public int rows() {
    return rows;
  }

  /** Where the images are. */
  public Settings place(Configuration conf) throws IOException {
    String place = images == null ? "the run's" : OutputArguments.qualified(images, conf);
    return Settings.builder().add("images", place).build();
  }

  /**
   * Which images are shown, and how.
   *
   * @param otherwise what the size of pictures is called where no option says it
   */
  public Settings choice(String otherwise) {
    return Settings.builder()
        .add("image", ids.isEmpty() ? "all" : String.join(",", ids))
        .add("limit", limit == null ? "none" : limit)
        .add("cell", cell == null ? otherwise : cell)
        .add("rows", rows)
        .build();
  }
}
