package curtain.jobs.kernel;

import curtain.jobs.tables.Col;

/** A row of components: an image on a kernel's leading eigenvectors (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
record ComponentRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "from 0 among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "coordinates of its centred feature vector, by rank, (components)")
        double[] scores) {}
