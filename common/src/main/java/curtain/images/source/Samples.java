package curtain.images.source;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The samples of an archive in WebDataset's form: members whose paths agree up to the first dot of
 * the name. What lies beside an image in its sample is no image: {@code .cls}, the label as text,
 * {@code .json}, which may hold it as {@code label} or {@code cls}, captions and the like.
 *
 * <p>Where two images of one extension would be of one sample, {@code v1.0_a.jpg} and {@code
 * v1.0_b.jpg} say, the dot is a part of names, and there members belong together that agree up to
 * the last dot, and what has no other dot belongs to all of them. What begins like an image is an
 * image, whatever its name.
 */
public final class Samples {
  /** The most bytes of a member that is read for a label. */
  public static final int LARGEST = 1 << 16;

  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "ppm", "pgm",
          "pbm", "pnm", "heic", "heif", "avif", "jp2", "jxl");
  private static final String CLASS = "cls";
  private static final String JSON = "json";
  private static final List<String> FIELDS = List.of("label", CLASS);

  private final Map<String, Label> classes = new HashMap<>(); // by stem
  private final Map<String, Label> json = new HashMap<>();
  private final Set<String> images = new HashSet<>(); // ids of members that begin like one

  /**
   * An image of an archive.
   *
   * @param member where it is
   * @param label what its sample says
   */
  public record Image(Member member, Label label) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Whether only the content of a member tells whether it is an image. */
  public static boolean wantsContent(Member member) {
    return member.error() == null
        && !extension(member.id()).isEmpty()
        && !IMAGES.contains(extension(member.id()));
  }

  /** Whether the member's content may tell a label. */
  public static boolean tells(Member member) {
    String extension = extension(member.id());
    return member.error() == null
        && member.length() <= LARGEST
        && (extension.equals(CLASS) || extension.equals(JSON));
  }

  /** Takes the label of a member that may tell one. */
  public void read(Member member, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String stem = stem(member.id());
    if (extension(member.id()).equals(CLASS)) {
      classes.putIfAbsent(stem, Label.of(text));
    } else {
      Label label = json(text);
      if (label.told()) { // another, of the image's sample, tells its label else
        json.putIfAbsent(stem, label);
      }
    }
  }

  /** Takes a member for an image, because it begins like one. */
  public void image(Member member) {
    images.add(member.id());
  }

  /** The members that are images, or alone: all but what lies beside an image. */
  public List<Image> images(List<Member> members) {
    Map<String, Map<String, String>> samples = new HashMap<>(); // ids by key and extension
    Set<String> names = new HashSet<>(); // keys that are no samples', for they have two images
    Set<String> stems = new HashSet<>();
    for (Member member : members) {
      if (isImage(member)) {
        String id = member.id();
        stems.add(stem(id));
        String other =
            samples.computeIfAbsent(key(id), none -> new HashMap<>()).put(extension(id), id);
        if (other != null && !other.equals(id)) {
          names.add(key(id));
        }
      }
    }
    Set<String> keys = new HashSet<>(samples.keySet());
    keys.removeAll(names);
    List<Image> found = new ArrayList<>();
    for (Member member : members) {
      String id = member.id();
      boolean beside =
          keys.contains(key(id)) || stems.contains(stem(id)) || samples.containsKey(stem(id));
      if (isImage(member) || extension(id).isEmpty() || !beside) {
        found.add(new Image(member, labelOf(id)));
      }
    }
    return found;
  }

  private Label labelOf(String id) {
    Label own = label(stem(id));
    Label label = own == null ? label(key(id)) : own; // of 1.left.png and 1.right.png that of 1.cls
    return label == null ? Label.UNTOLD : label;
  }

  private Label label(String stem) {
    return classes.getOrDefault(stem, json.get(stem));
  }

  private boolean isImage(Member member) {
    return IMAGES.contains(extension(member.id())) || images.contains(member.id());
  }

  /** A path up to the first dot of its name. */
  private static String key(String id) {
    int dot = id.indexOf('.', id.lastIndexOf('/') + 1);
    return dot < 0 ? id : id.substring(0, dot);
  }

  /** A path up to the last dot of its name. */
  private static String stem(String id) {
    int dot = id.lastIndexOf('.');
    return dot < id.lastIndexOf('/') + 1 ? id : id.substring(0, dot);
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
      return Label.UNTOLD;
    } catch (JsonParseException | NumberFormatException | StackOverflowError e) {
      return Label.UNTOLD; // what is no label is no error of the image
    }
  }

  private static Label number(double value) {
    return value == (int) value ? Label.of((int) value) : Label.NONE;
  }
}
