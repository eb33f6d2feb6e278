package curtain.jobs.kernel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code kernel.json} holds of a kernel (spec 12); null where it is not defined.
 *
 * @param knnAccuracy by the number of neighbours that vote
 * @param alignmentLabel centred alignment with the label kernel
 * @param alignmentLogit centred alignment with the logit kernel
 * @param alignments centred alignment with the other kernels, by name
 * @param ridge of the regression of logits
 * @param rSquared of that regression
 * @param argmaxAgreement of that regression
 * @param medianOffDiagonal the median of the normalised kernel over pairs of images
 * @param spectrumResidual how exact the leading eigenvalues are, relative to the largest
 * @param note why a score is missing, null where none was left out
 */
record KernelScores(
    Map<String, Double> knnAccuracy,
    Double alignmentLabel,
    Double alignmentLogit,
    Map<String, Double> alignments,
    Double ridge,
    Double rSquared,
    Double argmaxAgreement,
    Double medianOffDiagonal,
    Double spectrumResidual,
    String note) {
  /** Keeps copies, in order. */
  KernelScores {
    knnAccuracy = new LinkedHashMap<>(knnAccuracy);
    alignments = new LinkedHashMap<>(alignments);
  }
}
