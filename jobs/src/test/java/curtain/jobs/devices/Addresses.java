package curtain.jobs.devices;

import curtain.engine.GpuAddresses;

/** Prints the ordinals of addresses in a process of its own, or why there are none. */
final class Addresses {
  private Addresses() {}

  /** The addresses are the arguments. */
  public static void main(String[] arguments) {
    for (String address : arguments) {
      try {
        System.out.println(address + " is " + GpuAddresses.here().ordinal(address));
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
