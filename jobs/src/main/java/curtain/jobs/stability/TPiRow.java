package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/**
 * A row of {@code t_pi} (spec 4 and 12): the checkpoint from which on the logits correlate with
 * those that have one checkpoint's gates.
 */
public record TPiRow(
    @Col(doc = "path, below the folder of all, of the checkpoint whose gates are used")
        String gatesFrom,
    @Col(doc = "`hard`, or `--gate`") String gate,
    @Col(doc = "the class whose logit it is; null: each image's label") Integer target,
    @Col(doc = "`--threshold`") double threshold,
    @Col(
            doc =
                "the earliest checkpoint from which on all correlations are above the threshold;"
                    + " null: never")
        String tPi) {}
