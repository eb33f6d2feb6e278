package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/** A row of path_stability: correlations of frozen logits over images (spec 12). */
public record PathStabilityRow(
    @Col(doc = "file name of the checkpoint whose weights are used") String weightsFrom,
    @Col(doc = "file name of the checkpoint whose gates are used") String gatesFrom,
    @Col(doc = "`hard`, or `--gate`") String gate,
    @Col(doc = "the class whose logit it is; null: each image's label") Integer target,
    @Col(doc = "images correlated") long images,
    @Col(doc = "Pearson correlation of the logit and the frozen one; null where undefined")
        Double pearson) {}
