package curtain.fuzz;

/** A class that hostile pickles name; whoever initialises it sets a system property. */
public final class Canary {
  /** The property. */
  public static final String SUNG = "curtain.fuzz.canary";

  static {
    System.setProperty(SUNG, "true");
  }

  /** Does nothing but exist. */
  public Canary() {}
}
