package curtain.spark;

import curtain.engine.LoadedProgram;
import curtain.engine.LostDevice;
import curtain.jobs.task.ProgramFile;
import curtain.pullback.Extra;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Computes the pullbacks of a partition's rows, one micro-batch at a time, when they are asked for.
 * It is serialized with a task, and holds names and options, not the network.
 *
 * @param program the network's program, as tasks find it
 * @param images reads the images of rows
 * @param temperatures temperatures of gates and pools
 * @param extras what is computed beside pullbacks
 * @param batchSize rows of a micro-batch, those without an image included
 * @param schema schema of the new rows
 */
record PullbackPartition(
    ProgramFile program,
    RowImages images,
    List<Double> temperatures,
    Set<Extra> extras,
    int batchSize,
    StructType schema)
    implements MapPartitionsFunction<Row, Row> {
  /** What Spark calls the driver where it also runs tasks. */
  private static final String DRIVER = "driver";

  /** The rows with the columns of pullbacks and of reasons, one of which is null. */
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Batches(rows, this, TaskContext.get());
  }

  /**
   * The rows of one partition. The kernel opens with the first row and closes with the task,
   * whether or not all rows were asked for. Spark may end a task while another of its threads still
   * pulls rows (the one that feeds Python does), so closing waits for the batch.
   */
  private static final class Batches implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final PullbackPartition of;
    private final TaskContext task;
    private final ArrayDeque<Result> ready = new ArrayDeque<>();
    private LoadedProgram loaded;
    private PullbackKernel kernel;
    private boolean closed;

    /** The outcome of a row; the new row is made when it is asked for. */
    private record Result(RowImages.Input input, ImagePullbacks pullbacks, String reason) {}

    Batches(Iterator<Row> rows, PullbackPartition of, TaskContext task) {
      this.rows = rows;
      this.of = of;
      this.task = task;
    }

    @Override
    public synchronized boolean hasNext() {
      if (ready.isEmpty() && !closed) {
        if (rows.hasNext()) {
          fill();
        } else {
          close();
        }
      }
      return !ready.isEmpty();
    }

    @Override
    public synchronized Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Result result = ready.remove();
      Row row = result.input().row();
      Object[] values = new Object[row.size() + 2];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      values[row.size()] = result.pullbacks() == null ? null : pullbacks(result);
      values[row.size() + 1] = result.reason();
      return Columns.row(of.schema(), values);
    }

    private Object pullbacks(Result result) {
      return Columns.pullbacks(
          result.pullbacks(),
          result.input().image().shape(),
          of.temperatures(),
          loaded.info().options().gate().toString(),
          loaded.info().options().pool().toString());
    }

    private void fill() {
      if (task.isInterrupted()) {
        throw new TaskKilledException("no longer needed");
      }
      open();
      if (closed) { // the task has ended
        return;
      }
      List<RowImages.Input> batch = new ArrayList<>(of.batchSize());
      while (batch.size() < of.batchSize() && rows.hasNext()) {
        batch.add(of.images().read(rows.next()));
      }
      List<RowImages.Input> good = batch.stream().filter(input -> input.reason() == null).toList();
      Iterator<ImagePullbacks> computed = compute(good).iterator();
      for (RowImages.Input input : batch) {
        if (input.reason() != null) {
          ready.add(new Result(input, null, input.reason()));
          continue;
        }
        ImagePullbacks pullbacks = computed.next();
        ready.add(
            pullbacks.isFinite()
                ? new Result(input, pullbacks, null)
                : new Result(input, null, ImagePullbacks.NOT_FINITE));
      }
    }

    private List<ImagePullbacks> compute(List<RowImages.Input> images) {
      if (images.isEmpty()) {
        return List.of();
      }
      List<Integer> labels = new ArrayList<>();
      images.forEach(input -> labels.add(input.label()));
      try {
        return kernel.run(
            images.stream().map(input -> input.image().pixels()).toList(),
            of.images().targets().of(labels));
      } catch (RuntimeException e) {
        refuseLost(e);
        throw e;
      }
    }

    /** Ends the process where it only runs tasks and its GPU failed. */
    private static void refuseLost(RuntimeException e) {
      try {
        LostDevice.check(e, !SparkEnv.get().executorId().equals(DRIVER));
      } catch (IOException lost) {
        throw new UncheckedIOException(lost);
      }
    }

    private void open() {
      if (kernel != null) {
        return;
      }
      try {
        loaded = of.program().load(of.batchSize());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      kernel = new PullbackKernel(loaded, of.batchSize(), of.temperatures(), of.extras());
      task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
    }

    private synchronized void close() {
      closed = true;
      ready.clear();
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
