package curtain.jobs.shards;

import curtain.images.Archive;
import curtain.images.ArchiveScan;
import curtain.images.ThreadScan;
import curtain.images.source.ArchiveIndex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Reads archives in tasks of Spark. What they hold comes back packed and goes to a temporary file
 * of the driver, as tasks end, and is taken from there in the order of the archives: the driver's
 * memory has one task's share at a time.
 */
final class SparkScan implements ArchiveScan {
  /** The fewest archives for which tasks are worth their start. */
  static final int LEAST = 32;

  /** The most tasks. */
  private static final int TASKS = 1024;

  private final Supplier<JavaSparkContext> spark;

  SparkScan(Supplier<JavaSparkContext> spark) {
    this.spark = spark;
  }

  @Override
  public void scan(List<Archive> archives, Configuration conf, Taker taker) throws IOException {
    if (archives.size() < LEAST) {
      ThreadScan.HERE.scan(archives, conf, taker);
      return;
    }
    JavaSparkContext context = spark.get();
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(conf));
    int tasks = Math.min(archives.size(), TASKS);
    try (Answers answers = new Answers(tasks)) {
      context
          .sc()
          .runJob(
              context.parallelize(archives, tasks).rdd(),
              new Read(shared),
              answers,
              ClassTag$.MODULE$.<byte[]>apply(byte[].class));
      int next = 0;
      for (int task = 0; task < tasks; task++) {
        for (ArchiveIndex index : answers.of(task)) {
          if (!taker.take(archives.get(next), index)) {
            return;
          }
          next++;
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // Spark's own too, which Scala does not declare
      throw SparkFailure.of(e);
    } finally {
      shared.destroy();
    }
  }

  /** What a task does. */
  private static final class Read extends AbstractFunction2<TaskContext, Iterator<Archive>, byte[]>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> conf;

    Read(Broadcast<SerializableConfiguration> conf) {
      this.conf = conf;
    }

    @Override
    public byte[] apply(TaskContext context, Iterator<Archive> archives) {
      ArrayList<ArchiveIndex> found = new ArrayList<>();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(new DeflaterOutputStream(bytes))) {
        while (archives.hasNext()) {
          found.add(archives.next().index(conf.value().value()));
        }
        out.writeObject(found);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }
  }

  /** Takes what tasks answer, in the order in which they end. */
  private static final class Answers extends AbstractFunction2<Object, byte[], BoxedUnit>
      implements AutoCloseable {
    private final FileChannel file;
    private final long[] starts;
    private final int[] lengths;
    private long end;

    Answers(int tasks) throws IOException {
      file =
          FileChannel.open(
              Files.createTempFile("curtain-", ".scan"),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      starts = new long[tasks];
      lengths = new int[tasks];
    }

    @Override
    public synchronized BoxedUnit apply(Object task, byte[] answer) {
      int index = (Integer) task;
      starts[index] = end;
      lengths[index] = answer.length;
      ByteBuffer bytes = ByteBuffer.wrap(answer);
      try {
        while (bytes.hasRemaining()) {
          end += file.write(bytes, end);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return BoxedUnit.UNIT;
    }

    synchronized List<ArchiveIndex> of(int task) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(lengths[task]);
      while (bytes.hasRemaining()) {
        if (file.read(bytes, starts[task] + bytes.position()) < 0) {
          throw new EOFException("the temporary file of what archives hold ends early");
        }
      }
      // The executors' objects, which Spark itself would read in the same way.
      try (ObjectInputStream in =
          new ObjectInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes.array())))) {
        List<ArchiveIndex> found = new ArrayList<>();
        for (Object index : (List<?>) in.readObject()) {
          found.add((ArchiveIndex) index);
        }
        return found;
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
