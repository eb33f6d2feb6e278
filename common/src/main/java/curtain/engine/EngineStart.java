package curtain.engine;

/**
 * The start of the engine: its libraries are loaded, oneDNN's operators looked for and convolutions
 * checked.
 */
public final class EngineStart {
  private static boolean begun;

  private EngineStart() {}

  /**
   * Begins it once in a process, see {@link HeadStart}. The engine's threads have to be set before.
   *
   * @param device device that will be asked for, see {@link Devices#of}
   */
  public static synchronized void begin(String device) {
    if (begun) {
      return;
    }
    begun = true;
    HeadStart.begin(
        "curtain engine",
        () -> {
          boolean gpu = Devices.of(device, 0).isGpu();
          OneDnn.available();
          if (!gpu) {
            ConvolutionCheck.pass();
          }
        });
  }
}
