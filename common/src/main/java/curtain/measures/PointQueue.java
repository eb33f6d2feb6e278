package curtain.measures;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.HostMemory;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a program on points, with one class each, in micro-batches: a batch runs when it is full,
 * and then every point's answer is handed to its receiver, in order. Every call runs the program on
 * the same number of rows, filled up with black images, so that an answer does not depend on how
 * full its batch is.
 */
final class PointQueue {
  /** What the program is to compute of each point. */
  enum Question {
    /** Logits alone. */
    LOGITS,
    /** The vanilla gradient. */
    GRADIENT,
    /** The pullback at every temperature, and then the vanilla gradient. */
    PULLBACKS
  }

  /** Takes an answer: logits (C), and the directions that the question names, (3, H, W) each. */
  interface Answer {
    void take(float[] logits, float[][] directions);
  }

  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
  private record Row(float[] point, int target, Answer answer) {}

  private final LoadedProgram program;
  private final Question question;
  private final MicroBatch inputs;
  private final int size;
  private final int count;
  private final List<PtNDArray> temperatures;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Begins with no point.
   *
   * @param inputs buffer of a micro-batch; queues may share it
   * @param size rows of a micro-batch
   * @param count M, the number of temperatures
   * @param temperatures tensors on the program's device, one for each ReLU call
   */
  PointQueue(
      LoadedProgram program,
      Question question,
      MicroBatch inputs,
      int size,
      int count,
      List<PtNDArray> temperatures) {
    this.program = program;
    this.question = question;
    this.inputs = inputs;
    this.size = size;
    this.count = count;
    this.temperatures = temperatures;
  }

  /**
   * Asks about a point.
   *
   * @param point x, (3, H, W), not to be changed until the answer has come
   * @param target the class, ignored by {@link Question#LOGITS}
   */
  void add(float[] point, int target, Answer answer) {
    rows.add(new Row(point, target, answer));
    if (rows.size() == size) {
      flush();
    }
  }

  /** Runs the points that wait, in a batch that need not be full. */
  void flush() {
    if (rows.isEmpty()) {
      return;
    }
    NativeHeap.trimIfGrown();
    List<Row> asked = List.copyOf(rows);
    rows.clear();
    try (NDManager call = program.newManager()) {
      PtNDArray x = inputs.fillValues(call, asked.stream().map(Row::point).toList());
      List<List<PtNDArray>> results = run(call, x, asked);
      int pixels = asked.get(0).point().length;
      int classes = program.info().classes();
      FloatBuffer logits = floats(results.get(0));
      List<FloatBuffer> directions = directions(results);
      for (int n = 0; n < asked.size(); n++) {
        float[][] own = new float[question == Question.PULLBACKS ? count + 1 : directions.size()][];
        for (int d = 0; d < own.length; d++) {
          // pullbacks (M, N, 1, 3, H, W) in one array, the gradient (N, 1, 3, H, W) in the other
          boolean gradient = question == Question.GRADIENT || d == count;
          own[d] =
              part(
                  directions.get(gradient ? directions.size() - 1 : 0),
                  gradient ? n : d * size + n,
                  pixels);
        }
        asked.get(n).answer().take(part(logits, n, classes), own);
      }
    }
  }

  private List<List<PtNDArray>> run(NDManager call, PtNDArray x, List<Row> asked) {
    if (question == Question.LOGITS) {
      return program.call(call, "forward", IValue.from(x));
    }
    long[] targets = new long[size];
    for (int n = 0; n < asked.size(); n++) {
      targets[n] = asked.get(n).target();
    }
    PtNDArray classes = (PtNDArray) call.create(targets, new Shape(size, 1));
    if (question == Question.GRADIENT) {
      return program.call(call, "gradient", IValue.from(x), IValue.from(classes));
    }
    return program.call(
        call,
        "rows",
        IValue.from(x),
        IValue.from(classes),
        IValue.from(0),
        LoadedProgram.list(temperatures));
  }

  private List<FloatBuffer> directions(List<List<PtNDArray>> results) {
    return switch (question) {
      case LOGITS -> List.of();
      case GRADIENT -> List.of(floats(results.get(1)));
      case PULLBACKS -> List.of(floats(results.get(2)), floats(results.get(3)));
    };
  }

  private static FloatBuffer floats(List<PtNDArray> result) {
    return HostMemory.of(result.get(0)).asFloatBuffer();
  }

  private static float[] part(FloatBuffer all, int index, int length) {
    float[] part = new float[length];
    all.get(index * length, part);
    return part;
  }
}
