package curtain.images.source;

import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * A user id to which the system knows no name, as in containers that run with any id. Java calls
 * such a user {@code ?}; Hadoop asks the system's login module, which fails, before it looks at
 * {@code HADOOP_USER_NAME}.
 */
public final class NamelessUser {
  private static final String PROPERTY = "user.name";

  private NamelessUser() {}

  /**
   * Gives Hadoop and Spark a user where the system knows none: the one that the environment names,
   * or {@code curtain}. To be called before either is used. Where Kerberos is configured, Hadoop
   * logs in by itself.
   */
  public static void logIn() {
    if (!System.getProperty(PROPERTY, "?").equals("?")
        || UserGroupInformation.isSecurityEnabled()) {
      return;
    }
    String name =
        Stream.of("HADOOP_USER_NAME", "SPARK_USER", "USER", "LOGNAME")
            .map(System::getenv)
            .filter(each -> !Objects.requireNonNullElse(each, "").isBlank())
            .findFirst()
            .orElse("curtain");
    System.setProperty(PROPERTY, name);
    UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
  }
}
