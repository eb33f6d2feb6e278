package curtain.jobs.task;

import curtain.jobs.shards.ShardedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;

/** What this build is: written into the jar by Maven. */
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

  /** Commit of the source, or {@code unknown} where it was built without one. */
  public static String commit() {
    return value("commit");
  }

  /** Version of Chart.js, which the report's page holds. */
  public static String chartJs() {
    return value("chartjs");
  }

  /** Versions of what the results may depend on. */
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
   * What a provenance says of this build and where it ran.
   *
   * @param precision of the network's arithmetic, or null
   * @param device that the network runs on, or null
   */
  public static ShardedRun.Build build(String precision, String device) {
    return new ShardedRun.Build(version(), commit(), libraries(), precision, device);
  }

  private static String value(String key) {
    String value = BUILD.getProperty(key, UNKNOWN);
    return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
  }

  /** Version and commit, as {@code curtain --version} prints them. */
  public static String line() {
    return "curtain " + version() + " (commit " + commit() + ")";
  }
}
