package curtain.jobs.task;

import curtain.jobs.shards.ShardedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;

/** The versions of this build and of its libraries, which Maven writes into the jar. */
public final class Version {
  private static final Properties BUILD = load();
  private static final String UNKNOWN = "unknown";

  private Version() {}

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/curtain/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("curtain/version.properties in the jar cannot be read", e);
    }
    return properties;
  }

  /** Curtain's version. */
  public static String version() {
    return value("version");
  }

  /** The commit of the source, or {@code unknown} where the build had none. */
  public static String commit() {
    return value("commit");
  }

  /** The version of Chart.js, which the report's page contains. */
  public static String chartJs() {
    return value("chartjs");
  }

  /** The version of Hadoop that this was built with; that of the class path may be another. */
  public static String builtHadoop() {
    return value("hadoop");
  }

  /** The version of the AWS SDK that {@link #builtHadoop} reads S3 with. */
  public static String awsSdk() {
    return value("aws-sdk");
  }

  /** The versions of the libraries that results may depend on, by name. */
  public static Map<String, String> libraries() {
    Map<String, String> libraries = new LinkedHashMap<>();
    libraries.put("java", System.getProperty("java.version"));
    libraries.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    libraries.put("hadoop", VersionInfo.getVersion());
    libraries.put("parquet", value("parquet"));
    libraries.put("djl", value("djl"));
    libraries.put("pytorch", value("pytorch"));
    return libraries;
  }

  /**
   * Describes this build and the run for the provenance.
   *
   * @param precision precision of the network's arithmetic, or null where none runs
   * @param device device that the network runs on, or null where none runs
   */
  public static ShardedRun.Build build(String precision, String device) {
    return new ShardedRun.Build(version(), commit(), libraries(), precision, device);
  }

  private static String value(String key) {
    String value = BUILD.getProperty(key, UNKNOWN);
    return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
  }

  /** The version and commit, as {@code curtain --version} prints them. */
  public static String line() {
    return "curtain " + version() + " (commit " + commit() + ")";
  }
}
