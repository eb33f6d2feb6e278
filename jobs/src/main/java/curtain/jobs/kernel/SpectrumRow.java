package curtain.jobs.kernel;

import curtain.jobs.tables.Col;

/** A row of spectrum: an eigenvalue of the centred normalised kernel (spec 12). */
public record SpectrumRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "from 1, the largest") int rank,
    @Col(doc = "of the centred normalised kernel, undivided") Double eigenvalue) {}
