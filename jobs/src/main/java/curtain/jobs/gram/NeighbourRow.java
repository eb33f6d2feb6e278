package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of the table of neighbours (spec 12): one of the images that are most similar to one. */
public record NeighbourRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "index of the image, from 0, among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "rank of the neighbour, from 1, the most similar") int rank,
    @Col(doc = "index of the neighbour, from 0, among the decoded images of the columns")
        long neighbourPosition,
    @Col(doc = "the neighbour") String neighbourId,
    @Col(doc = "its class, or null") Integer neighbourLabel,
    @Col(doc = "the normalised kernel of the two images") Double similarity) {
  /** Whether both images have labels, and these differ. */
  public boolean isOfAnotherClass() {
    return label != null && neighbourLabel != null && !label.equals(neighbourLabel);
  }
}
