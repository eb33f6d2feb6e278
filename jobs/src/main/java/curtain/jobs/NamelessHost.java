package curtain.jobs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.util.Utils;

/**
 * A machine to whose own name no address belongs, as in some containers and behind some VPNs. Spark
 * asks for the address before it reads a setting, and even where all of it is one process, and its
 * classes then fail to load.
 */
final class NamelessHost {
  private NamelessHost() {}

  /**
   * Names this machine {@code localhost} for Spark where it is nameless. To be called before it.
   */
  static void name() {
    if (System.getenv("SPARK_LOCAL_IP") != null || System.getenv("SPARK_LOCAL_HOSTNAME") != null) {
      return; // with these Spark asks for no address
    }
    try {
      InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      Utils.setCustomHostname("localhost");
    }
  }
}
