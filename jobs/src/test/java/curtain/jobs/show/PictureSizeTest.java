package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import curtain.figures.Picture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sizes in which pictures are shown. */
@Tag("fast")
final class PictureSizeTest {
  /** Red of 2 x 2: 0 200 / 0 0. */
  private static final Picture CORNER =
      Picture.ofImage(2, 2, new byte[] {0, (byte) 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  @Test
  void wholeFactorsMakeSquares() {
    assertSame(CORNER, PictureSize.resized(CORNER, 2));
    assertArrayEquals(CORNER.enlarged(3).pixels(), PictureSize.resized(CORNER, 6, 6).pixels());
  }

  @Test
  void otherSizesAreBilinear() {
    Picture three = PictureSize.resized(CORNER, 3, 3);
    assertEquals(100, three.rgb(1, 0) >> 16);
    assertEquals(50, three.rgb(1, 1) >> 16);
    assertEquals(200, three.rgb(2, 0) >> 16);
    assertEquals(CORNER.maximum(), three.maximum());
  }

  @Test
  void smallPicturesAreEnlargedToAMultipleOfTheirSide() {
    assertEquals(128, PictureSize.side(0, CORNER));
    assertEquals(224, PictureSize.enlarged(224));
    assertEquals(150, PictureSize.enlarged(75));
    assertEquals(56, PictureSize.side(56, CORNER));
  }

  @Test
  void theLongerSideIsAsAsked() {
    Picture wide = Picture.ofImage(4, 2, new byte[3 * 8]);
    Picture large = PictureSize.resized(wide, 10);
    assertEquals(10, large.width());
    assertEquals(5, large.height());
    assertEquals(1, PictureSize.resized(Picture.ofImage(9, 1, new byte[27]), 3).height());
  }
}
