package curtain.jobs.command;

import curtain.jobs.task.Version;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The settings that decide a result, by option name without dashes, in the order in which they are
 * shown; names with an underscore are facts about what was read. Each class of options gives its
 * own, and a command joins them.
 */
public final class Settings {
  /** No settings. */
  public static final Settings NONE = new Builder().build();

  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** A builder without settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value of a setting, null where there is none of this name. */
  public String get(String name) {
    return values.get(name);
  }

  /** All settings, in order, unmodifiable. */
  public Map<String, String> asMap() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Settings settings && settings.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects settings, in order. */
  public static final class Builder {
    private final Map<String, String> values = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a setting.
     *
     * @param value object whose text is the setting's value
     * @throws IllegalStateException where there is a setting of this name
     */
    public Builder add(String name, Object value) {
      String text = Objects.requireNonNull(value, name).toString();
      if (values.putIfAbsent(name, text) != null) {
        throw new IllegalStateException("two settings are called " + name);
      }
      return this;
    }

    /** Adds further settings, see {@link #add}. */
    public Builder addAll(Settings more) {
      more.values.forEach(this::add);
      return this;
    }

    /**
     * The settings, followed by the version of Curtain unless they have it: all that decides an
     * output.
     */
    public Settings withVersion() {
      values.putIfAbsent("curtain_version", Version.version());
      return build();
    }

    /** The settings. */
    public Settings build() {
      return new Settings(new LinkedHashMap<>(values));
    }
  }
}
