package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of neighbours: one of the images that are most similar to one (spec 12). */
public record NeighbourRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "the image's, from 0 among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "of the neighbour, from 1, the most similar") int rank,
    @Col(doc = "the neighbour's, from 0 among the decoded images of the columns")
        long neighbourPosition,
    @Col(doc = "the neighbour") String neighbourId,
    @Col(doc = "its class, or null") Integer neighbourLabel,
    @Col(doc = "the normalised kernel of both") Double similarity) {
  /** Whether both have labels, and different ones. */
  public boolean isOfAnotherClass() {
    return label != null && neighbourLabel != null && !label.equals(neighbourLabel);
  }
}
