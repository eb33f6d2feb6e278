package curtain.jobs.command;

import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The environment variables of AWS's own tools, as settings of Hadoop's S3A. They go with the
 * settings to executors, which have another environment. Hadoop's settings, where there are such,
 * go before.
 */
final class AwsVariables {
  private static final String S3A = "fs.s3a.";

  private AwsVariables() {}

  /**
   * Sets what the variables say; and that S3A leaves the markers of directories, as it does from
   * Hadoop 3.4 on, where it would ask for their removal after every file.
   */
  static void applyTo(Configuration conf, Map<String, String> environment) {
    set(conf, "directory.marker.retention", "keep");
    String key = first(environment, "AWS_ACCESS_KEY_ID");
    String secret = first(environment, "AWS_SECRET_ACCESS_KEY");
    if (key != null && secret != null && !hasKeys(conf)) {
      // of one source, or none
      conf.set(S3A + "access.key", key);
      conf.set(S3A + "secret.key", secret);
      set(conf, "session.token", environment.get("AWS_SESSION_TOKEN"));
    }
    set(conf, "endpoint.region", first(environment, "AWS_REGION", "AWS_DEFAULT_REGION"));
    String endpoint = first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    if (endpoint != null && !isConfigured(conf, "endpoint")) {
      set(conf, "endpoint", endpoint);
      if (!endpoint.contains("amazonaws.com")) {
        // other servers have no host name for each bucket
        set(conf, "path.style.access", "true");
      }
    }
  }

  /** The first variable that is set, and not empty; or null. */
  private static String first(Map<String, String> environment, String... names) {
    return Arrays.stream(names)
        .map(environment::get)
        .filter(value -> value != null && !value.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** Whether settings have keys, of all buckets or of one, or say which store has them. */
  private static boolean hasKeys(Configuration conf) {
    return isConfigured(conf, "access.key")
        || conf.get("hadoop.security.credential.provider.path") != null
        || conf.get(S3A + "security.credential.provider.path") != null
        || !conf.getValByRegex("^fs\\.s3a\\.bucket\\..*\\.access\\.key$").isEmpty();
  }

  private static void set(Configuration conf, String name, String value) {
    if (value != null && !value.isEmpty() && !isConfigured(conf, name)) {
      conf.set(S3A + name, value);
    }
  }

  /** Whether a setting has another value than Hadoop's own default. */
  private static boolean isConfigured(Configuration conf, String name) {
    String[] sources = conf.getPropertySources(S3A + name);
    return sources != null
        && Arrays.stream(sources).anyMatch(each -> !each.contains("core-default"));
  }
}
