package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** A scale's colours with ticks and title, larger numbers above. */
final class ColourBar {
  private ColourBar() {}

  /** The room above and below the bar for the text of the outermost ticks, pixels. */
  static int over(Type type) {
    return type.em(0.4);
  }

  /**
   * Lays out a colour bar.
   *
   * @param beside height of the drawing next to it, which the bar's follows within limits, pixels
   */
  static Drawing of(Scale scale, Type type, int beside) {
    int height = Math.max(Math.min(beside, type.em(24)), type.em(8));
    int thickness = type.em(0.9);
    List<Tick> ticks = Ticks.linear(scale.low(), scale.high(), height > type.em(12) ? 10 : 5);
    Lettering small = type.small();
    int numbers = Type.widest(small, ticks.stream().map(Tick::label).toList());
    int width = type.em(1.3) + numbers + type.em(0.4) + Type.line(type.body());
    Drawing drawing = new Drawing(width, height + 2 * over(type));
    int top = over(type);
    BufferedImage picture = new BufferedImage(thickness, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      double part = 1 - (double) y / (height - 1);
      int rgb = scale.rgb(scale.low() + part * (scale.high() - scale.low()));
      for (int x = 0; x < thickness; x++) {
        picture.setRGB(x, y, rgb);
      }
    }
    drawing.picture(picture, 0, top);
    for (Tick tick : ticks) {
      double part = (tick.value() - scale.low()) / (scale.high() - scale.low());
      double y = top + (1 - part) * (height - 1) + 0.5;
      drawing.stroke(
          new Line2D.Double(thickness, y, thickness + type.em(0.25), y), Drawing.PALE, 1);
      drawing.text(
          small,
          tick.label(),
          Drawing.PALE,
          Anchor.START,
          type.em(1.3),
          Math.rint(y + 0.36 * small.size()));
    }
    String title = type.body().fitted(scale.title(), height);
    drawing.upwards(
        type.body(), title, Drawing.INK, Anchor.MIDDLE, width - type.em(0.4), top + height / 2.0);
    return drawing;
  }
}
