package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;

/** Decodes the macroblocks of a frame, 16 x 16 samples of luma and 8 x 8 of each chroma. */
final class Macroblocks {
  private static final int LUMA = 16;
  private static final int CHROMA = 8;

  /** The samples above to the right of a frame's first row, four of 127. */
  private static final int ABOVE_THE_FRAME = 0x7f7f7f7f;

  private final FrameHeader header;
  private final int columns;
  private final int rows;
  private final ModeReader modes;
  private final Residuals residuals;
  private final Prediction prediction = new Prediction();

  /**
   * A decoder of a frame.
   *
   * @param columns macroblocks in a row
   * @param rows of macroblocks
   */
  Macroblocks(FrameHeader header, int columns, int rows) {
    this.header = header;
    this.columns = columns;
    this.rows = rows;
    this.modes = new ModeReader(columns);
    this.residuals = new Residuals(columns, header.probabilities());
  }

  /**
   * Decodes all of them, and filters their edges.
   *
   * @return luma and both chroma
   * @throws BadImageException where the frame is cut
   */
  Plane[] decode() throws BadImageException {
    Plane[] planes = {
      Plane.of(LUMA * columns, LUMA * rows),
      Plane.of(CHROMA * columns, CHROMA * rows),
      Plane.of(CHROMA * columns, CHROMA * rows)
    };
    LoopFilter.Strength[] strengths = new LoopFilter.Strength[columns * rows];
    boolean[] inside = new boolean[columns * rows];
    for (int row = 0; row < rows; row++) {
      BoolReader tokens = header.partitions()[row % header.partitions().length];
      tokens.requireBytes();
      modes.beginRow();
      residuals.beginRow();
      for (int column = 0; column < columns; column++) {
        int segment = segment();
        BoolReader in = header.modes();
        boolean skip = header.skipProbability() >= 0 && in.bit(header.skipProbability()) == 1;
        Mode luma = modes.luma(in, column);
        Mode chroma = ModeReader.chroma(in);
        boolean any = false;
        if (skip) {
          residuals.skip(column, luma != null);
        } else {
          any = residuals.read(tokens, column, header.quantisers()[segment], luma != null);
        }
        luma(planes[0], column, row, luma, any);
        for (int i = 0; i < 2; i++) {
          chroma(planes[1 + i], column, row, chroma, any, Residuals.CHROMA + 4 * i);
        }
        int number = row * columns + column;
        strengths[number] = header.filter().strengths()[segment][luma == null ? 1 : 0];
        inside[number] = any || luma == null;
      }
    }
    for (int i = 0; i < strengths.length; i++) {
      header.filter().apply(planes, i % columns, i / columns, strengths[i], inside[i]);
    }
    return planes;
  }

  /** The segment of the next macroblock (section 10). */
  private int segment() throws BadImageException {
    int[] probabilities = header.segments();
    if (probabilities == null) {
      return 0;
    }
    BoolReader in = header.modes();
    return in.bit(probabilities[0]) == 0 ? in.bit(probabilities[1]) : 2 + in.bit(probabilities[2]);
  }

  private void luma(Plane plane, int column, int row, Mode mode, boolean any) {
    int x = LUMA * column;
    int y = LUMA * row;
    if (mode != null) {
      prediction.square(plane, x, y, LUMA, mode);
    }
    int right = aboveRight(plane, column, row);
    for (int i = 0; i < 16; i++) {
      int index = plane.at(x + i % 4 * 4, y + i / 4 * 4);
      if (mode == null) {
        // to the right of the last blocks of a row is nothing yet: they read what is above all of
        // it
        int four = i % 4 == 3 ? right : four(plane, index - plane.stride() + 4);
        prediction.block(plane, index, four, modes.blocks()[i]);
      }
      if (any) {
        residuals.add(i, plane, index);
      }
    }
  }

  /**
   * The four samples above a macroblock to the right of it, which the frame's last column has not,
   * and repeats that before them.
   */
  private int aboveRight(Plane plane, int column, int row) {
    if (row == 0) {
      return ABOVE_THE_FRAME;
    }
    int next = plane.at(LUMA * (column + 1), LUMA * row - 1);
    return column < columns - 1 ? four(plane, next) : plane.get(next - 1) * 0x01010101;
  }

  private static int four(Plane plane, int index) {
    return plane.get(index)
        | (plane.get(index + 1) << 8)
        | (plane.get(index + 2) << 16)
        | (plane.get(index + 3) << 24);
  }

  private void chroma(Plane plane, int column, int row, Mode mode, boolean any, int block) {
    int x = CHROMA * column;
    int y = CHROMA * row;
    prediction.square(plane, x, y, CHROMA, mode);
    for (int i = 0; any && i < 4; i++) {
      residuals.add(block + i, plane, plane.at(x + i % 2 * 4, y + i / 2 * 4));
    }
  }
}
