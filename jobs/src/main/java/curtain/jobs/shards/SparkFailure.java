package curtain.jobs.shards;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkException;

/** Finds a task's exception within Spark's. */
final class SparkFailure {
  private SparkFailure() {}

  /** The task's exception; what is none of storage as one, in words. */
  static IOException of(Exception e) {
    Throwable cause = e;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof UncheckedIOException || cause instanceof FSError) {
      cause = cause.getCause();
    }
    if (cause instanceof IOException known) {
      return known;
    }
    return new IOException(PlainWords.named(cause), e);
  }
}
