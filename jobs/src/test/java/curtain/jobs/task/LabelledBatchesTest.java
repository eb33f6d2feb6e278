package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Transform;
import curtain.jobs.tables.ErrorRow;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why images have no label. */
@Tag("fast")
class LabelledBatchesTest {
  @TempDir Path dir;

  @Test
  void theDirectoryIsNamedThatTheListReads() throws Exception {
    Path file = Files.createDirectories(dir.resolve("zebra/close")).resolve("1.png");
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png", file.toFile());
    Configuration conf = new Configuration();
    List<ImageRef> images = ImageSet.list(dir.toString(), Long.MAX_VALUE, conf).refs();
    assertEquals("its directory or class, zebra, is", reason(images, conf, true));
    assertEquals("its directory or class, close, is", reason(images, conf, false));
  }

  private static String reason(List<ImageRef> images, Configuration conf, boolean first)
      throws Exception {
    List<String> cats = List.of("cat");
    ClassList classes = first ? ClassList.firstFolders(cats) : ClassList.folders(cats);
    List<String> reasons = new ArrayList<>();
    try (LabelledBatches batches =
        new LabelledBatches(
            images,
            new ImageOptions(Transform.NONE, 0, ImageOptions.DEFAULT_MAX_PIXELS),
            classes,
            true,
            1,
            conf,
            (table, row) -> reasons.add(((ErrorRow) row).reason()),
            (done, errors) -> {})) {
      assertTrue(batches.next().isEmpty());
    }
    String reason = reasons.get(0).substring("no label for --targets label: ".length());
    return reason.substring(0, reason.indexOf(" not in the class list"));
  }
}
