package curtain.images.source;

import java.io.Serializable;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a source itself says of an image's class: an index, a name, that there is none, or nothing
 * at all, and then directories tell it.
 *
 * @param told whether anything is said
 * @param index of the class, or null
 * @param name of the class, which a class list knows, or null
 */
public record Label(boolean told, Integer index, String name) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing is said. */
  public static final Label UNTOLD = new Label(false, null, null);

  /** There is no label. */
  public static final Label NONE = new Label(true, null, null);

  /** A whole number, also as a writer with missing values made it floating. */
  private static final Pattern NUMBER = Pattern.compile("(-?[0-9]{1,10})(\\.0{1,9})?");

  /** What writers make text of where a value is missing. */
  private static final Set<String> MISSING = Set.of("nan", "NaN", "None");

  /** The name of a class, whatever it looks like; null is none. */
  public static Label named(String name) {
    return name == null ? NONE : new Label(true, null, name);
  }

  /** An index; null, and one below 0, is none, as the Hugging Face hub has it. */
  public static Label of(Integer index) {
    return index == null || index < 0 ? NONE : new Label(true, index, null);
  }

  /**
   * A text: a whole number is an index, anything else a name; null, blanks, {@code nan} and {@code
   * None} are no label.
   */
  public static Label of(String text) {
    String name = text == null ? "" : text.strip();
    if (name.isEmpty() || MISSING.contains(name)) {
      return NONE;
    }
    Matcher number = NUMBER.matcher(name);
    if (number.matches()) {
      try {
        return of(Integer.valueOf(number.group(1)));
      } catch (NumberFormatException e) {
        return new Label(true, null, name); // larger than an index
      }
    }
    return new Label(true, null, name);
  }
}
