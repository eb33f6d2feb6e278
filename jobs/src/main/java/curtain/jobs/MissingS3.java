package curtain.jobs;

import curtain.jobs.task.Version;
import java.util.Locale;
import org.apache.hadoop.util.VersionInfo;

/** What is missing on the class path where {@code s3a://} cannot be read, and what to do. */
final class MissingS3 {
  private MissingS3() {}

  /** A message in place of an exception's, or null where it is about something else. */
  static String message(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage()).replace('/', '.');
      boolean missing =
          cause instanceof LinkageError
              || cause instanceof ClassNotFoundException
              || text.contains("NoClassDefFoundError")
              || text.contains("ClassNotFoundException");
      boolean sdk = text.contains("com.amazonaws.") || text.contains("software.amazon.awssdk.");
      boolean hadoop = text.contains("org.apache.hadoop.fs.s3a.");
      if (missing && (sdk || hadoop)) {
        return message(hadoop && !sdk, VersionInfo.getVersion());
      }
    }
    return null;
  }

  /**
   * The line for a version of Hadoop's.
   *
   * @param all whether Hadoop's own library is missing, too
   */
  static String message(boolean all, String hadoop) {
    String connector = "org.apache.hadoop:hadoop-aws:" + hadoop;
    String sdk =
        hadoop.equals(Version.builtHadoop())
            ? "com.amazonaws:aws-java-sdk-bundle:" + Version.awsSdk()
            : "the version that " + connector + " names";
    return String.format(
        Locale.ROOT,
        "s3a:// needs %sthe AWS SDK, %s, on the class path of the driver and every executor: set"
            + " SPARK_DIST_CLASSPATH to the jar%s, or give spark-submit --packages %s",
        all ? connector + " and " : "",
        sdk,
        all ? "s" : "",
        connector);
  }
}
