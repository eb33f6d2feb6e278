package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/**
 * A row of {@code path_stability} (spec 12): the correlation over images of the logit and the logit
 * with frozen gates.
 */
public record PathStabilityRow(
    @Col(doc = "path, below the folder of all, of the checkpoint whose weights are used")
        String weightsFrom,
    @Col(doc = "path, below the folder of all, of the checkpoint whose gates are used")
        String gatesFrom,
    @Col(doc = "`hard`, or `--gate`") String gate,
    @Col(doc = "the class whose logit it is; null: each image's label") Integer target,
    @Col(doc = "number of images") long images,
    @Col(doc = "Pearson correlation of the logits `value` and `frozen_value`; null where undefined")
        Double pearson) {}
