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
    String key = environment.get("AWS_ACCESS_KEY_ID");
    String secret = environment.get("AWS_SECRET_ACCESS_KEY");
    if (key != null && secret != null && !isConfigured(conf, "access.key")) {
      // of one source, or none
      conf.set(S3A + "access.key", key);
      conf.set(S3A + "secret.key", secret);
      set(conf, "session.token", environment.get("AWS_SESSION_TOKEN"));
    }
    set(
        conf,
        "endpoint.region",
        environment.getOrDefault("AWS_REGION", environment.get("AWS_DEFAULT_REGION")));
    String endpoint =
        environment.getOrDefault("AWS_ENDPOINT_URL_S3", environment.get("AWS_ENDPOINT_URL"));
    if (endpoint != null && !isConfigured(conf, "endpoint")) {
      set(conf, "endpoint", endpoint);
      if (!endpoint.contains("amazonaws.com")) {
        // other servers have no host name for each bucket
        set(conf, "path.style.access", "true");
      }
    }
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
