package curtain.images.tar;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import curtain.images.source.Label;
import curtain.images.source.Member;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The samples of a tar in WebDataset's form: members whose paths agree up to the first dot of the
 * name. What lies beside an image in its sample is no image: {@code .cls}, the label as text,
 * {@code .json}, which may hold it as {@code label} or {@code cls}, captions and the like.
 */
final class Samples {
  /** The most bytes of a member that is read for a label. */
  static final int LARGEST = 1 << 16;

  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "ppm", "pgm",
          "pbm", "pnm", "heic", "heif", "avif", "jp2", "jxl");
  private static final String CLASS = "cls";
  private static final String JSON = "json";
  private static final List<String> FIELDS = List.of("label", CLASS);

  private final Map<String, Label> classes = new HashMap<>(); // by key
  private final Map<String, Label> json = new HashMap<>();

  /** Whether the member's content may tell a label. */
  static boolean tells(Member member) {
    String extension = extension(member.id());
    return member.error() == null
        && member.length() <= LARGEST
        && (extension.equals(CLASS) || extension.equals(JSON));
  }

  /** Takes the label of a member that may tell one. */
  void read(Member member, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String key = key(member.id());
    if (extension(member.id()).equals(CLASS)) {
      classes.putIfAbsent(key, Label.of(text));
    } else {
      json.putIfAbsent(key, json(text));
    }
  }

  /** The label that a sample's other members give an image. */
  Label label(Member image) {
    String key = key(image.id());
    return classes.getOrDefault(key, json.getOrDefault(key, Label.NONE));
  }

  /** The members that are images, or alone: all but what lies beside an image. */
  static List<Member> images(List<Member> members) {
    Set<String> keys = new HashSet<>();
    for (Member member : members) {
      if (isImage(member)) {
        keys.add(key(member.id()));
      }
    }
    return members.stream()
        .filter(
            member ->
                isImage(member)
                    || extension(member.id()).isEmpty()
                    || !keys.contains(key(member.id())))
        .toList();
  }

  private static boolean isImage(Member member) {
    return IMAGES.contains(extension(member.id()));
  }

  /** A path up to the first dot of its name. */
  private static String key(String id) {
    int dot = id.indexOf('.', id.lastIndexOf('/') + 1);
    return dot < 0 ? id : id.substring(0, dot);
  }

  private static String extension(String id) {
    int dot = id.lastIndexOf('.');
    return dot < id.lastIndexOf('/') + 1 ? "" : id.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static Label json(String text) {
    try {
      JsonElement parsed = JsonParser.parseString(text);
      if (parsed.isJsonObject()) {
        for (String field : FIELDS) {
          if (parsed.getAsJsonObject().get(field) instanceof JsonPrimitive value
              && !value.isBoolean()) {
            return value.isNumber() ? number(value.getAsDouble()) : Label.of(value.getAsString());
          }
        }
      }
      return Label.NONE;
    } catch (JsonParseException | NumberFormatException | StackOverflowError e) {
      return Label.NONE; // what is no label is no error of the image
    }
  }

  private static Label number(double value) {
    return value == (int) value ? Label.of((int) value) : Label.NONE;
  }
}
