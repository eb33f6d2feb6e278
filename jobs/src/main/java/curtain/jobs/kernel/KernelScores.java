package curtain.jobs.kernel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scores of a kernel in {@code kernel.json} (spec 7 and 12); null where they are not defined.
 *
 * @param knnAccuracy accuracy of the votes of nearest neighbours, by the number that vote
 * @param alignmentLabel centred alignment with the label kernel
 * @param alignmentLogit centred alignment with the logit kernel
 * @param alignments centred alignment with the other kernels, by name
 * @param ridge the chosen ridge of the regression of logits
 * @param rSquared R squared of the regression, over all classes
 * @param argmaxAgreement share of judged images whose largest predicted logit is the network's
 * @param medianOffDiagonal the median of the normalised kernel over pairs of images
 * @param spectrumResidual residual of the leading eigenvalues, relative to the largest
 * @param note why a score was left out, or null
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
  /** Copies the maps, and keeps their order. */
  KernelScores {
    knnAccuracy = new LinkedHashMap<>(knnAccuracy);
    alignments = new LinkedHashMap<>(alignments);
  }
}
