package curtain.jobs.ascend;

import curtain.jobs.tables.Col;
import curtain.jobs.tables.Table;

/**
 * A row of {@code ascents} (spec 12): a point of a walk. Shape, image and difference are null where
 * they were not read.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record AscentRow(
    @Col(doc = "the image that the walk began at") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "the class whose logit is raised; null for a neuron") Integer target,
    @Col(doc = "`NAME:CHANNEL`, summed over positions, or `NAME:CHANNEL:Y:X`; null for a class")
        String neuron,
    @Col(doc = "`pullback` or `gradient`") String direction,
    @Col(doc = "`--gate`, with its parameter; `hard` along gradients") String gate,
    @Col(doc = "T, in its unit; null along gradients and where the gate has none")
        Double temperature,
    @Col(doc = "`--temperature-unit`; null along gradients") String temperatureUnit,
    @Col(doc = "the target's logit at the image and after every step, (steps + 1)") float[] logits,
    @Col(doc = "shape of the image, (C, H, W)") int[] shape,
    @Col(doc = "the point x, (C, H, W) row-major, in [-1, 1]", large = true) float[] image,
    @Col(doc = "x minus the image that the walk began at, (C, H, W) row-major", large = true)
        float[] difference,
    @Col(doc = "number of steps to this point: the last; with `--keep-steps` each, from 0")
        int step) {
  /** The table {@code ascents}. */
  public static final Table<AscentRow> TABLE = Table.of("ascents", AscentRow.class);
}
