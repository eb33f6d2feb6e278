package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.Transform;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The settings of images, by which outputs are resumed. */
@Tag("fast")
class ImageSettingsTest {
  /** The settings of every version; outputs of the first ones have no others. */
  private static final List<String> ALWAYS =
      List.of(
          "images",
          "transform",
          "image_size",
          "labels",
          "labels_sha256",
          "limit",
          "max-pixels",
          "images_listed",
          "listing_sha256");

  @Command
  private static final class Images {
    @Mixin private ImageArguments images;
  }

  private static Map<String, String> settings(String... options) throws IOException {
    Images command = new Images();
    new CommandLine(command)
        .parseArgs(
            Stream.concat(
                    Stream.of("--images", "/photos", "--transform", "none"), Stream.of(options))
                .toArray(String[]::new));
    return command
        .images
        .settings(
            new ImageOptions(Transform.NONE, 224, 1_000_000),
            new Classes(ClassList.unnamed(10), Classes.Origin.MODEL),
            List.of(),
            new Configuration())
        .asMap();
  }

  @Test
  void anOutputOfAnEarlierVersionHasTheSettingsOfACommandWithoutColumns() throws Exception {
    assertEquals(ALWAYS, List.copyOf(settings().keySet()));
    Map<String, String> chosen = settings("--image-column", "left", "--label-column", "none");
    assertEquals("left", chosen.get("image-column"));
    assertEquals("none", chosen.get("label-column"));
    Set<String> others = new LinkedHashSet<>(chosen.keySet());
    others.removeAll(ALWAYS);
    assertEquals(Set.of("image-column", "label-column"), others);
  }
}
