package curtain.jobs.command;

import curtain.jobs.task.Version;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that decides a result, by option name without dashes, in an order that readers see;
 * names with an underscore are facts about what was read. Each option class says its own, and a
 * command puts them together.
 */
public final class Settings {
  /** Of what no option decides. */
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

  /** All of them, in order; cannot be changed. */
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

  /** Puts settings together, in their order. */
  public static final class Builder {
    private final Map<String, String> values = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds one.
     *
     * @param value whose text is the setting's value
     * @throws IllegalStateException where there is one of this name
     */
    public Builder add(String name, Object value) {
      String text = Objects.requireNonNull(value, name).toString();
      if (values.putIfAbsent(name, text) != null) {
        throw new IllegalStateException("two settings are called " + name);
      }
      return this;
    }

    /** Adds all of others, behind those that are here. */
    public Builder addAll(Settings more) {
      more.values.forEach(this::add);
      return this;
    }

    /**
     * The settings, with the version of Curtain behind them, unless it stands among them: what
     * decides a whole output.
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
