package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import curtain.jobs.task.Version;
import java.io.IOException;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The line where S3's libraries are missing. */
@Tag("fast")
class MissingS3Test {
  private static final String REST =
      ", on the class path of the driver and every executor: set SPARK_DIST_CLASSPATH to the ";

  private static final String SPARK =
      ", or give spark-submit --packages org.apache.hadoop:hadoop-aws:";

  @Test
  void theSdkIsNamedByVersion() {
    String hadoop = VersionInfo.getVersion();
    String expected =
        "s3a:// needs the AWS SDK, com.amazonaws:aws-java-sdk-bundle:"
            + Version.awsSdk()
            + REST
            + "jar"
            + SPARK
            + hadoop;
    assertEquals(
        expected,
        MissingS3.message(new NoClassDefFoundError("com/amazonaws/AmazonClientException")));
    // in a task, see SparkScheduler
    assertEquals(
        expected,
        MissingS3.message(
            new IOException("NoClassDefFoundError: com/amazonaws/AmazonClientException")));
  }

  @Test
  void hadoopsOwnLibraryToo() {
    String hadoop = VersionInfo.getVersion();
    assertEquals(
        "s3a:// needs org.apache.hadoop:hadoop-aws:"
            + hadoop
            + " and the AWS SDK, com.amazonaws:aws-java-sdk-bundle:"
            + Version.awsSdk()
            + REST
            + "jars"
            + SPARK
            + hadoop,
        MissingS3.message(
            new RuntimeException(
                new ClassNotFoundException(
                    "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found"))));
  }

  @Test
  void ofAnotherHadoopTheSdkIsThatOfItsLibrary() {
    assertEquals(
        "s3a:// needs the AWS SDK, the version that org.apache.hadoop:hadoop-aws:3.4.1 names"
            + REST
            + "jar"
            + SPARK
            + "3.4.1",
        MissingS3.message(false, "3.4.1"));
  }

  @Test
  void otherErrorsAreTheirOwn() {
    assertNull(MissingS3.message(new IOException("com.amazonaws.SdkClientException: no route")));
    assertNull(MissingS3.message(new NoClassDefFoundError("org/apache/avro/Schema")));
  }
}
