package curtain.jobs.report;

import curtain.jobs.command.Settings;
import curtain.jobs.command.SettingsJson;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ReportJson;
import curtain.jobs.task.Version;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page around the data: {@code curtain/report/page.html} with {@code {{name}}} in the places of
 * the title, styles, scripts, data and licence. All of them are in the page; its content security
 * policy forbids a browser to load anything else.
 */
public final class ReportPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
  private static final String LIBRARY = "/META-INF/resources/webjars/chartjs/%s/%s";

  /** The begin of the element that holds the settings, in the head of the page. */
  private static final String SETTINGS = "<meta name=\"curtain-settings\" content=\"";

  /** The head of a page is shorter. */
  private static final int MOST = 1 << 20;

  private ReportPage() {}

  /** Writes the data where they belong. */
  interface Data {
    /** To the page, in JSON that {@link ReportJson} has written. */
    void write(Writer page) throws IOException, RunException;
  }

  /**
   * The settings that a page was made with.
   *
   * @param file anything
   * @return nothing where it is no page
   */
  public static Optional<Map<String, String>> settings(Path file) throws IOException {
    String head;
    try (InputStream in = Files.newInputStream(file)) {
      head = new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
    }
    int begin = head.indexOf(SETTINGS) + SETTINGS.length();
    int end = head.indexOf('"', begin);
    if (begin < SETTINGS.length() || end < 0) {
      return Optional.empty();
    }
    return SettingsJson.read(plain(head.substring(begin, end)));
  }

  /**
   * Writes a page.
   *
   * @param settings that decide what is in it
   */
  static void write(String title, Settings settings, Data data, Writer page)
      throws IOException, RunException {
    String version = Version.chartJs();
    Map<String, String> parts =
        Map.of(
            "title",
            escaped(title),
            "settings",
            escaped(SettingsJson.of(settings)),
            "version",
            escaped(Version.version()),
            "charts",
            escaped(version),
            "style",
            resource("/curtain/report/page.css"),
            "script",
            script(resource("/curtain/report/page.js")),
            "library",
            script(resource(String.format(Locale.ROOT, LIBRARY, version, "dist/chart.umd.js"))),
            "licence",
            escaped(resource(String.format(Locale.ROOT, LIBRARY, version, "LICENSE.md"))));
    String template = resource("/curtain/report/page.html");
    Matcher place = PLACE.matcher(template);
    int at = 0;
    while (place.find()) {
      page.write(template, at, place.start() - at);
      at = place.end();
      if (place.group(1).equals("data")) {
        data.write(page);
      } else {
        page.write(parts.get(place.group(1)));
      }
    }
    page.write(template, at, template.length() - at);
  }

  /** A text as HTML has it between tags and in quoted attributes. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** The text that was {@link #escaped}. */
  private static String plain(String html) {
    return html.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&amp;", "&");
  }

  /** A program as a script element can hold it, without a link to a file that is not there. */
  private static String script(String program) {
    return program
        .replaceAll("(?m)^//# sourceMappingURL=.*$", "")
        .replaceAll("(?i)<(/script|!--)", "\\\\x3c$1");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("this build of Curtain lacks " + name + "; build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
