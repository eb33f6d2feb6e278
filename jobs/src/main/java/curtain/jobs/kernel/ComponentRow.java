package curtain.jobs.kernel;

import curtain.jobs.tables.Col;

/** A row of {@code components} (spec 12): the scores of an image in kernel PCA. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
record ComponentRow(
    @Col(doc = "the kernel's name") String kernel,
    @Col(doc = "index of the image, from 0, among the decoded images of the rows") long position,
    @Col(doc = "the image") String imageId,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "coordinates of its centred feature vector on the eigenvectors, (components)")
        double[] scores) {}
