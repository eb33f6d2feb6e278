package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.net.NetUtils;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exceptions as libraries throw them, with the lines that users read. */
@Tag("fast")
class PlainWordsTest {
  private static final String DENIED =
      """
      Permission denied: user=ada, access=READ_EXECUTE, inode="/photos":hdfs:staff:drwx------
      \tat org.apache.hadoop.hdfs.server.namenode.FSPermissionChecker.check(X.java:496)
      """;

  private static final String LOST =
      "Job aborted due to stage failure: Task 3 in stage 0.0 failed 4 times, most recent failure:"
          + " Lost task 3.3 in stage 0.0 (TID 9) (10.0.0.7 executor 2): ExecutorLostFailure (executor"
          + " 2 exited caused by one of the running tasks) Reason: Container killed by YARN for"
          + " exceeding physical memory limits.\nDriver stacktrace:";

  private static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(
            new IllegalArgumentException(new UnknownHostException("nowhere.invalid")),
            "no address is known of the host nowhere.invalid;"),
        Arguments.of(
            new UnknownHostException("nowhere.invalid: Name or service not known"),
            "no address is known of the host nowhere.invalid;"),
        Arguments.of(
            NetUtils.wrapException(
                "namenode", 8020, "client", 0, new ConnectException("Connection refused")),
            "no server answers at namenode:8020, which refuses the connection;"),
        Arguments.of(
            NetUtils.wrapException(
                "namenode", 8020, "client", 0, new SocketTimeoutException("20000 millis timeout")),
            "no server answers at namenode:8020 in time;"),
        Arguments.of(
            NetUtils.wrapException(
                "namenode", 8020, "client", 0, new UnknownHostException("namenode")),
            "no address is known of the host "),
        Arguments.of(
            new RemoteException(AccessControlException.class.getName(), DENIED),
            "permission is denied: user ada may not read execute /photos, which is hdfs's"
                + " (drwx------);"),
        Arguments.of(
            new AccessControlException(DENIED), "permission is denied: user ada may not read"),
        Arguments.of(
            new IOException(
                "DestHost:destPort nn:8020 , LocalHost:localPort a/127.0.0.1:0. Failed on local"
                    + " exception: java.io.IOException:"
                    + " org.apache.hadoop.security.AccessControlException: Client cannot"
                    + " authenticate via:[TOKEN, KERBEROS]"),
            "the cluster wants a login by Kerberos, and there is none; call kinit"),
        Arguments.of(
            new UnsupportedFileSystemException("No FileSystem for scheme \"foo\""),
            "no file system is known for addresses that begin with foo:;"),
        Arguments.of(
            new RemoteException(
                "org.apache.hadoop.hdfs.server.namenode.SafeModeException",
                "Cannot create file/a. Name node is in safe mode.\nThe reported blocks 0"),
            "the name node is in safe mode"),
        Arguments.of(
            new RemoteException(
                IOException.class.getName(),
                "File /a could only be written to 0 of the 1 minReplication nodes. There are 1"
                    + " datanode(s) running and 1 node(s) are excluded in this operation.\n\tat"
                    + " org.apache.hadoop.hdfs.server.Block.choose(Block.java:1)"),
            "no data node of HDFS takes what is written"),
        Arguments.of(
            new FileNotFoundException(
                "s3a://photos/: getFileStatus on s3a://photos/:"
                    + " software.amazon.awssdk.services.s3.model.NoSuchBucketException: null"
                    + " (Service: S3, Status Code: 404, Request ID: 1)"),
            "there is no bucket photos;"),
        Arguments.of(
            new IOException(
                "`s3a://photos/val': Bucket does not exist: com.amazonaws.services.s3.model"
                    + ".AmazonS3Exception: The specified bucket does not exist"),
            "there is no bucket photos;"),
        Arguments.of(
            new AccessDeniedException(
                "s3a://photos/val",
                "s3a://photos/val",
                "getFileStatus on s3a://photos/val: com.amazonaws.services.s3.model"
                    + ".AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error"
                    + " Code: 403 Forbidden)"),
            "s3a://photos/val: the object store denies access;"),
        Arguments.of(
            new AccessDeniedException(
                "photos",
                null,
                "org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials provided"
                    + " by TemporaryAWSCredentialsProvider SimpleAWSCredentialsProvider"),
            "no credentials for the object store were found; set AWS_ACCESS_KEY_ID"),
        Arguments.of(new AccessDeniedException("/root/a.pth"), "/root/a.pth: permission is denied"),
        Arguments.of(
            new SparkException("Could not parse Master URL: 'nonsense'"),
            "--master: 'nonsense' is no address of a Spark;"),
        Arguments.of(
            new SparkException("All masters are unresponsive! Giving up."),
            "--master: no master of Spark answers there;"),
        Arguments.of(
            new IllegalStateException(
                "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was"
                    + " created at:\n\norg.apache.spark.api.java.JavaSparkContext.<init>(J.scala:58)"),
            "Spark has ended meanwhile: no master answers at --master, or the cluster has ended"),
        Arguments.of(
            new SparkException("Job 0 cancelled because SparkContext was shut down"),
            "Spark has ended meanwhile: "),
        Arguments.of(
            new SparkException(LOST),
            "a task was lost with its executor, again and again: Container killed by YARN for"
                + " exceeding physical memory limits; its memory"),
        Arguments.of(
            new IOException(
                "java.lang.RuntimeException: java.util.concurrent.ExecutionException: the rest"),
            "the rest"),
        Arguments.of(
            new IOException("wanted org.apache.hadoop.fs.s3a.Tag$Inner here\n\tat a.B.c(B.java:1)"),
            "wanted Tag here"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void aLineSaysWhatIsWrongAndNamesNoClass(Exception cause, String begin) {
    for (Exception e : new Exception[] {cause, new IOException(cause)}) {
      String line = e == cause ? PlainWords.of(e) : PlainWords.named(e);
      assertTrue(line.startsWith(begin), line);
      assertFalse(line.matches("(?s).*\\b[a-z]+\\.[a-z.]+\\.[A-Z].*"), line);
      assertFalse(line.contains("Exception"), line);
      assertEquals(1, line.lines().count(), line);
    }
  }

  @Test
  void ownWordsStayAsTheyAre() {
    String own = "--images a.b/java.io: no connection to there; why?";
    assertEquals(own, PlainWords.of(new IOException(own, new ConnectException("refused"))));
    assertEquals(own, PlainWords.of(new RunException(own)));
    assertEquals(
        "IllegalStateException: rows are missing",
        PlainWords.named(new IllegalStateException("rows are missing")));
    assertEquals("NullPointerException", PlainWords.named(new NullPointerException(null)));
    assertEquals("no more", PlainWords.named(new SparkException("no more")));
  }

  /** What is found, or not, without a network but this machine's own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hdfs://127.0.0.1:1/photos | no server answers at \\S+:1, which refuses the connection; is the.*",
        "foo://bar/photos | no file system is known for addresses that begin with foo:; is.*"
      })
  void commandsSaySoInOneLine(String images, String said, @TempDir Path dir) {
    String retries = "spark.hadoop.ipc.client.connect.max.retries";
    System.setProperty(retries, "0");
    try {
      String output = dir.resolve("out").toString();
      for (String[] arguments :
          new String[][] {
            {"ingest", "--images", images, "--output", output},
            {"status", "--output", images},
            {"figures", "--input", images, "--output", output}
          }) {
        Run run = Run.curtain(arguments);
        assertEquals(1, run.status(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().strip().matches("curtain: " + said), run.err());
        assertFalse(run.err().contains("./curtain check"), run.err());
      }
    } finally {
      System.clearProperty(retries);
    }
  }
}
