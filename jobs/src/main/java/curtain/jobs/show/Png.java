package curtain.jobs.show;

import curtain.jobs.shards.FileOutput;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures to storage of any kind. */
public final class Png {
  private Png() {}

  /** Writes a file. */
  public static void write(FileOutput output, String name, RenderedImage picture)
      throws IOException {
    try (OutputStream file = output.create(name);
        MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageIO.write(picture, "png", out);
    }
  }
}
