package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** AWS's variables as settings of S3A. */
@Tag("fast")
class AwsVariablesTest {
  private static final Map<String, String> ALL =
      Map.of(
          "AWS_ACCESS_KEY_ID", "key",
          "AWS_SECRET_ACCESS_KEY", "secret",
          "AWS_SESSION_TOKEN", "token",
          "AWS_DEFAULT_REGION", "eu-central-1",
          "AWS_ENDPOINT_URL", "http://127.0.0.1:9000");

  private static String get(Configuration conf, String name) {
    return conf.get("fs.s3a." + name);
  }

  @Test
  void theyAreSettings() {
    Configuration conf = new Configuration();
    AwsVariables.applyTo(conf, ALL);
    assertEquals("key", get(conf, "access.key"));
    assertEquals("secret", get(conf, "secret.key"));
    assertEquals("token", get(conf, "session.token"));
    assertEquals("eu-central-1", get(conf, "endpoint.region"));
    assertEquals("http://127.0.0.1:9000", get(conf, "endpoint"));
    assertEquals("true", get(conf, "path.style.access"));
  }

  @Test
  void theNarrowerVariableGoesBefore() {
    Configuration conf = new Configuration();
    AwsVariables.applyTo(
        conf,
        Map.of(
            "AWS_REGION", "eu-west-1",
            "AWS_DEFAULT_REGION", "eu-central-1",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:9000",
            "AWS_ENDPOINT_URL_S3", "https://s3.eu-west-1.amazonaws.com"));
    assertEquals("eu-west-1", get(conf, "endpoint.region"));
    assertEquals("https://s3.eu-west-1.amazonaws.com", get(conf, "endpoint"));
    assertEquals("false", get(conf, "path.style.access"));
  }

  @Test
  void settingsGoBeforeVariables() {
    Configuration conf = new Configuration();
    conf.set("fs.s3a.access.key", "mine");
    conf.set("fs.s3a.endpoint", "http://elsewhere");
    AwsVariables.applyTo(conf, ALL);
    assertEquals("mine", get(conf, "access.key"));
    assertNull(get(conf, "secret.key"), "half of another pair");
    assertNull(get(conf, "session.token"));
    assertEquals("http://elsewhere", get(conf, "endpoint"));
    assertEquals("false", get(conf, "path.style.access"));
  }

  @Test
  void withoutThemNothingIsSet() {
    Configuration conf = new Configuration();
    AwsVariables.applyTo(conf, Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_REGION", ""));
    assertNull(get(conf, "access.key"));
    assertNull(get(conf, "endpoint.region"));
    assertEquals("keep", get(conf, "directory.marker.retention"));
  }
}
