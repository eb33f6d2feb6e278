package curtain.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Finds the GPU of an address among those that CUDA shows to this process. A scheduler's address is
 * an index, by which nvidia-smi counts all GPUs of the machine, or a UUID; CUDA counts those of
 * {@code CUDA_VISIBLE_DEVICES}, from 0 and in an order of its own.
 *
 * @param machine UUIDs of the GPUs of the machine by index; empty where they are not known
 * @param shown UUIDs of the GPUs that CUDA shows, by ordinal
 * @param visible value of {@code CUDA_VISIBLE_DEVICES}, or an empty text
 */
public record GpuAddresses(List<String> machine, List<String> shown, String visible) {
  private static final String NUMBER = "\\d{1,9}";

  /** Copies the lists; a missing text is an empty one. */
  public GpuAddresses {
    machine = List.copyOf(machine);
    shown = List.copyOf(shown);
    visible = Objects.requireNonNullElse(visible, "").strip();
  }

  /**
   * Those of this process.
   *
   * @throws IllegalArgumentException where the driver does not answer
   */
  public static GpuAddresses here() {
    return new GpuAddresses(
        NvidiaDriver.machineUuids(),
        NvidiaDriver.find().map(NvidiaDriver::gpus).orElse(List.of()).stream()
            .map(Gpu::uuid)
            .toList(),
        System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  /**
   * The ordinal of the GPU that was assigned.
   *
   * @param address index or UUID, or the beginning of one
   * @throws IllegalArgumentException where this process does not see that GPU, or the address is
   *     neither of the two
   */
  public int ordinal(String address) {
    String text = address.strip();
    if (text.matches(NUMBER)) {
      return ofIndex(Integer.parseInt(text));
    }
    if (text.regionMatches(true, 0, "GPU-", 0, 4) || text.regionMatches(true, 0, "MIG-", 0, 4)) {
      return ofUuid(text);
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "GPU address '%s' is neither an index, 0 say, nor a UUID, GPU-... or MIG-...; the script"
                + " that finds the resources has to print such ones",
            text));
  }

  private int ofIndex(int index) {
    if (!machine.isEmpty()) {
      if (index >= machine.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "GPU %d was assigned to this task, and the machine has %d; the script that finds the"
                    + " resources names others than nvidia-smi does here",
                index,
                machine.size()));
      }
      return ofUuid(machine.get(index), "GPU " + index + " (" + machine.get(index) + ")");
    }
    int ordinal = listed().isEmpty() ? index : listed().indexOf(index);
    if (ordinal < 0 || ordinal >= shown.size()) {
      throw notShown("GPU " + index);
    }
    return ordinal;
  }

  /** The indices of {@code CUDA_VISIBLE_DEVICES}; none where it has none, or something else. */
  private List<Integer> listed() {
    List<Integer> indices = new ArrayList<>();
    for (String each : visible.split(",", -1)) {
      if (!each.strip().matches(NUMBER)) {
        return List.of();
      }
      indices.add(Integer.parseInt(each.strip()));
    }
    return indices;
  }

  private int ofUuid(String uuid) {
    return ofUuid(uuid, uuid);
  }

  private int ofUuid(String uuid, String said) {
    String digits = uuid.replaceFirst("(?i)^(GPU|MIG)-", "").toLowerCase(Locale.ROOT);
    List<Integer> found = new ArrayList<>();
    for (int ordinal = 0; ordinal < shown.size(); ordinal++) {
      if (!digits.isEmpty() && shown.get(ordinal).toLowerCase(Locale.ROOT).startsWith(digits)) {
        found.add(ordinal);
      }
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "GPU address '"
              + uuid
              + "' is the beginning of "
              + found.size()
              + " UUIDs; give more of it");
    }
    if (found.isEmpty()) {
      throw notShown(said);
    }
    return found.get(0);
  }

  private IllegalArgumentException notShown(String said) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s was assigned to this task, and is none of the %d that CUDA shows to this process%s;"
                + " let the script that finds the resources name these, or unset the variable",
            said,
            shown.size(),
            visible.isEmpty() ? "" : " (CUDA_VISIBLE_DEVICES=" + visible + ")"));
  }
}
