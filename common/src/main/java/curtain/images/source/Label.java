package curtain.images.source;

/**
 * What a source itself says of an image's class: an index, a name, or nothing.
 *
 * @param index of the class, or null
 * @param name of the class, which a class list knows, or null
 */
public record Label(Integer index, String name) {
  /** Nothing is said. */
  public static final Label NONE = new Label(null, null);

  private static final int LONGEST = 10; // digits of an int, and a sign

  /** An index; null is none. */
  public static Label of(Integer index) {
    return index == null ? NONE : new Label(index, null);
  }

  /** A text: a whole number is an index, anything else a name; null and blanks are none. */
  public static Label of(String text) {
    String name = text == null ? "" : text.strip();
    if (name.isEmpty()) {
      return NONE;
    }
    if (name.length() <= LONGEST + 1 && name.matches("-?[0-9]+")) {
      try {
        return of(Integer.valueOf(name));
      } catch (NumberFormatException e) {
        return new Label(null, name); // of more digits than an index has
      }
    }
    return new Label(null, name);
  }
}
