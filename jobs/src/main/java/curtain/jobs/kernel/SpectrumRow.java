package curtain.jobs.kernel;

import curtain.jobs.tables.Col;

/** A row of {@code spectrum} (spec 12): an eigenvalue of the centred normalised kernel HKH. */
public record SpectrumRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "rank of the eigenvalue, from 1, the largest") int rank,
    @Col(doc = "eigenvalue of the centred normalised kernel, not divided by the number of images")
        Double eigenvalue) {}
