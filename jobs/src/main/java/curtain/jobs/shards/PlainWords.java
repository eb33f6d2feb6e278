package curtain.jobs.shards;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an exception of Spark, Hadoop, a cloud's library or Java's network says, in words: what
 * could not be reached or done, and what to do about it. Their own messages name classes, repeat
 * those of their causes, and go on over lines of stack traces. What Curtain says itself stays as it
 * is.
 */
public final class PlainWords {
  private static final int MOST_CAUSES = 20;

  /** A class of a library or of Java, with its package, and what follows an exception's. */
  private static final Pattern CLASS =
      Pattern.compile(
          "(?<![\\w./-])(?:java|javax|scala|sun|jdk|org\\.apache|org\\.sparkproject|software\\.amazon"
              + "|com\\.amazonaws|com\\.google|com\\.microsoft|com\\.azure|ai\\.djl|io\\.netty|okhttp3)"
              + "(?:\\.[\\w-]+)*\\.([A-Z]\\w*(?:\\$\\w+)*)(?:(?<=Exception|Error):? ?)?");

  private static final Pattern EXCEPTION = Pattern.compile(".*(?:Exception|Error)");

  /** A line of a stack trace. */
  private static final Pattern FRAME = Pattern.compile("\\s+at \\S.*|Caused by: .*");

  private static final Pattern HOST_AND_PORT = Pattern.compile(" to (\\S+:\\d+) failed on ");

  private static final Pattern ADDRESS = Pattern.compile("([\\w.-]+:\\d+|/[\\d.]+:\\d+)");

  private static final Pattern DENIED =
      Pattern.compile(
          "Permission denied:? user=([^,]+), access=([A-Z_]+), inode=\"([^\"]*)\":([^:\\s]*):([^:\\s]*):(\\S+)");

  private static final Pattern SCHEME =
      Pattern.compile(
          "No (?:Abstract)?FileSystem.*?(?:for|configured for) scheme:? \"?([\\w+.-]+)");

  private static final Pattern BUCKET = Pattern.compile("(?:s3a?|gs|oss)://([\\w.-]+)");

  private static final Pattern CLOUD_PATH =
      Pattern.compile("(?:s3a?|gs|abfss?|oss)://[^\\s:'\"`,]+");

  private PlainWords() {}

  /**
   * Says what went wrong.
   *
   * @return one line, never empty
   */
  public static String of(Throwable e) {
    String known = known(e);
    if (known != null) {
      return known;
    }
    String message = e.getMessage();
    if (isOurs(e)) {
      return message;
    }
    String said = message == null ? "" : stripped(message);
    return said.isBlank() ? e.getClass().getSimpleName() : said;
  }

  /** What a known exception, or one that it has among its causes, means; else null. */
  private static String known(Throwable e) {
    if (isOurs(e)) {
      return null;
    }
    for (Throwable cause : causes(e)) {
      String known = known(cause.getClass().getSimpleName(), Objects.toString(cause.getMessage()));
      if (known != null) {
        return known;
      }
    }
    return null;
  }

  /**
   * What an exception that is none of storage says: with its class before it where that is of Java
   * or Curtain, where it tells a fault of the program.
   */
  public static String named(Throwable e) {
    String own = e.getClass().getName();
    boolean fault =
        own.startsWith("java.lang.") || own.startsWith("java.util.") || own.startsWith("curtain.");
    String name = e.getClass().getSimpleName();
    String said = of(e);
    return fault && known(e) == null && !said.equals(name) ? name + ": " + said : said;
  }

  /** Whether a message needs no translation. */
  private static boolean isOurs(Throwable e) {
    String message = e.getMessage();
    String own = e.getClass().getName();
    boolean plain =
        own.startsWith("curtain.")
            || own.equals("java.io.IOException")
            || own.equals("java.lang.IllegalArgumentException")
            || own.equals("java.lang.IllegalStateException");
    return plain
        && message != null
        && !message.isBlank()
        && !CLASS.matcher(message).find()
        && message.lines().noneMatch(line -> FRAME.matcher(line).matches())
        && !message.startsWith("No FileSystem for scheme")
        && !message.startsWith("Failed on local exception");
  }

  private static List<Throwable> causes(Throwable e) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable at = e; at != null && causes.size() < MOST_CAUSES; at = at.getCause()) {
      causes.add(at);
    }
    return causes;
  }

  /**
   * What a known exception means, or null.
   *
   * @param type name of its class, of which there are several in shaded libraries
   * @param text its message
   */
  private static String known(String type, String text) {
    String network = ofTheNetwork(type, text);
    if (network != null) {
      return network;
    }
    String hadoop = ofHadoop(type, text);
    return hadoop != null ? hadoop : ofAStore(type, text);
  }

  private static String ofTheNetwork(String type, String text) {
    if (type.equals("UnknownHostException") || text.contains("java.net.UnknownHostException: ")) {
      String host = text.replaceFirst("(?s).*UnknownHostException:? *", "");
      host = host.replaceFirst("(?s)^Invalid host name: .*?destination host is: \\(?\"?", "");
      host = host.replaceFirst("(?s)[\\s:;,\"].*", "");
      return "no address is known of the host "
          + host
          + "; is its name right, and known on every machine that computes?";
    }
    boolean refused = text.contains("Connection refused");
    boolean silent =
        type.equals("SocketTimeoutException")
            || type.equals("ConnectTimeoutException")
            || type.equals("HttpTimeoutException")
            || type.equals("HttpConnectTimeoutException")
            || type.equals("ConnectException")
            || type.equals("NoRouteToHostException")
            || text.contains("failed on socket timeout exception");
    if (refused || silent) {
      Matcher to = HOST_AND_PORT.matcher(text);
      Matcher any = ADDRESS.matcher(text);
      String where = to.find() ? to.group(1) : any.find() ? any.group(1) : null;
      return (where == null ? "no server answers" : "no server answers at " + where)
          + (refused ? ", which refuses the connection" : " in time")
          + "; is the address right, and does the server run?";
    }
    return null;
  }

  private static String ofHadoop(String type, String text) {
    Matcher denied = DENIED.matcher(text);
    if (denied.find()) {
      return String.format(
          Locale.ROOT,
          "permission is denied: user %s may not %s %s, which is %s's (%s); have it permitted, or"
              + " choose another place",
          denied.group(1),
          denied.group(2).toLowerCase(Locale.ROOT).replace('_', ' '),
          denied.group(3),
          denied.group(4),
          denied.group(6));
    }
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.find()) {
      return "no file system is known for addresses that begin with "
          + scheme.group(1)
          + ":; is that right? It needs a library of its own on Spark's class path";
    }
    if (text.contains("Client cannot authenticate via") || text.contains("GSS initiate failed")) {
      return "the cluster wants a login by Kerberos, and there is none; call kinit, or give"
          + " spark-submit --principal and --keytab";
    }
    if (type.equals("SafeModeException") || text.contains("Name node is in safe mode")) {
      return "the name node is in safe mode, and nothing can be written; try again when it has left"
          + " it";
    }
    if (text.contains("could only be written to 0 of the")) {
      return "no data node of HDFS takes what is written: they are full, or down (hdfs dfsadmin"
          + " -report)";
    }
    return ofSpark(text);
  }

  private static String ofSpark(String text) {
    if (text.contains("All masters are unresponsive")) {
      return "--master: no master of Spark answers there; is the address right, and does it run?";
    }
    if (text.startsWith("Could not parse Master URL")) {
      return "--master: "
          + text.replaceFirst("Could not parse Master URL: ?", "")
          + " is no address of a Spark; give spark://HOST:PORT, yarn, k8s://URL or local[N]";
    }
    if (text.contains("stopped SparkContext") || text.contains("SparkContext was shut down")) {
      return "Spark has ended meanwhile: no master answers at --master, or the cluster has ended the"
          + " application; its own lines, above and in the master's log, say why";
    }
    if (text.contains("ExecutorLostFailure")) {
      Matcher reason = Pattern.compile("Reason: (.*?)(?:\\R|Driver stacktrace|$)").matcher(text);
      return "a task was lost with its executor, again and again: "
          + (reason.find() ? stripped(reason.group(1)).replaceFirst("\\.$", "") : "it died")
          + "; its memory may be too small (spark.executor.memoryOverhead), its log says more";
    }
    return null;
  }

  private static String ofAStore(String type, String text) {
    boolean cloud = CLOUD_PATH.matcher(text).find() || text.contains("AWS");
    if (text.contains("NoSuchBucket") || text.contains("Bucket does not exist")) {
      Matcher bucket = BUCKET.matcher(text);
      return "there is no bucket "
          + (bucket.find() ? bucket.group(1) : "of this name")
          + "; make it, or name another (a bucket of another region wants its own endpoint)";
    }
    if (type.startsWith("NoAuth")
        || text.contains("Unable to load credentials")
        || text.contains("Unable to load AWS credentials")
        || text.contains("No AWS Credentials")) {
      return "no credentials for the object store were found; set AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY, or what the cluster has in their place";
    }
    boolean forbidden =
        text.contains("Status Code: 403")
            || text.contains("InvalidAccessKeyId")
            || text.contains("SignatureDoesNotMatch")
            || (cloud && text.contains("AccessDenied"));
    if (forbidden) {
      Matcher path = CLOUD_PATH.matcher(text);
      return (path.find() ? path.group() + ": " : "")
          + "the object store denies access; are its credentials right, and do they permit this?";
    }
    if (type.equals("AccessDeniedException") || type.equals("AccessControlException")) {
      return stripped(text)
          + (text.matches("(?is).*(?:permission|permit|denied).*") ? "" : ": permission is denied");
    }
    return null;
  }

  /** A message without lines of stack traces, without links to a wiki and without classes. */
  private static String stripped(String message) {
    StringBuilder lines = new StringBuilder();
    for (String line : message.strip().lines().toList()) {
      if (!FRAME.matcher(line).matches() && !line.startsWith("Driver stacktrace")) {
        lines.append(lines.length() == 0 ? "" : " ").append(line.strip());
      }
    }
    String text = lines.toString().replaceFirst(";? For more details see: .*", "");
    return CLASS
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    EXCEPTION.matcher(found.group(1)).matches()
                        ? ""
                        : found.group(1).replaceFirst("\\$.*", "")))
        .strip()
        .replaceFirst("[:,;]+$", "");
  }
}
