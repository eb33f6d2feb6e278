package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.Progress;
import curtain.scores.BlockMatrix;
import curtain.scores.CentredAlignment;
import curtain.scores.Logits;
import curtain.scores.Neighbours;
import curtain.scores.OffDiagonal;
import curtain.scores.RidgeRegression;
import curtain.scores.Spectrum;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scores the kernels of one Gram matrix (spec 7). With a second set of images only neighbours and
 * their votes are defined.
 *
 * @param input the output of {@code gram}
 * @param kernels kernels to score, each once
 * @param neighbours number of neighbours that are written for each image
 * @param components number of leading eigenvalues
 * @param largest largest number of images for which ridge regression is done
 * @param progress takes every step
 */
@SuppressWarnings("serial") // never leaves the process
record KernelReduction(
    GramInput input,
    List<KernelChoice> kernels,
    int neighbours,
    int components,
    int largest,
    Progress progress)
    implements Reduction {
  /** The numbers k of neighbours that vote. */
  private static final List<Integer> VOTES = List.of(1, 5, 20);

  /** The number of steps for each kernel: neighbours, median, spectrum, regression. */
  private static final int STEPS = 4;

  @Override
  public List<Table<?>> tables() {
    return KernelTables.ALL;
  }

  @Override
  public List<String> files() {
    return List.of(KernelTables.SCORES);
  }

  @Override
  public void reduce(Parts gram, Rows rows) throws IOException {
    KernelMembers own = KernelMembers.read(gram, GramTables.ROW);
    KernelMembers columns = input.cross() ? KernelMembers.read(gram, GramTables.COLUMN) : own;
    if (own.count() == 0 || columns.count() == 0) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "--input %s has no image that could be used; its errors/ says why",
              input.made().given()));
    }
    try (KernelMatrices matrices =
        KernelMatrices.read(gram, input, kernels, own.count(), columns.count())) {
      step(1);
      Alignments alignments = input.cross() ? null : Alignments.of(matrices.all(), own);
      step(2);
      Map<String, KernelScores> scores = new LinkedHashMap<>();
      for (int k = 0; k < kernels.size(); k++) {
        scores.put(
            kernels.get(k).name(), score(k, matrices.all().get(k), own, columns, alignments, rows));
      }
      rows.json(KernelTables.SCORES, scores.size(), scores);
    }
  }

  /**
   * Centred alignments.
   *
   * @param label alignment of each kernel with the label kernel, or null
   * @param others alignments among all kernels, then with the label kernel where all images have
   *     labels, then with the logit kernel where there is one
   * @param logits whether there is a logit kernel
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  private record Alignments(Double[] label, Double[][] others, boolean logits) {
    static Alignments of(List<BlockMatrix> kernels, KernelMembers own) throws IOException {
      int count = kernels.size();
      Double[] label = new Double[count];
      boolean together = own.labels().areWhole();
      Double[][] all =
          CentredAlignment.of(
              kernels, everyone(own.count()), together ? own.labels() : null, own.logits());
      if (own.labels().count() > 0) {
        Double[][] labelled =
            together ? all : CentredAlignment.of(kernels, own.labels().known(), own.labels(), null);
        Arrays.setAll(label, k -> labelled[k][count]);
      }
      return new Alignments(label, all, own.logits() != null);
    }

    Double logit(int kernel) {
      return logits ? others[kernel][others.length - 1] : null;
    }
  }

  private KernelScores score(
      int k,
      BlockMatrix matrix,
      KernelMembers own,
      KernelMembers columns,
      Alignments alignments,
      Rows rows)
      throws IOException {
    String name = kernels.get(k).name();
    Map<String, Double> accuracy = near(name, matrix, own, columns, rows);
    step(3 + STEPS * k);
    if (alignments == null) {
      step(2 + STEPS * (k + 1));
      return new KernelScores(
          accuracy,
          null,
          null,
          Map.of(),
          null,
          null,
          null,
          null,
          null,
          "with a second set of images only neighbours are defined");
    }
    Double median = OffDiagonal.median(matrix);
    step(4 + STEPS * k);
    Double residual = spectrum(name, matrix, own, rows);
    step(5 + STEPS * k);
    Logits logits = own.logits();
    boolean fits = own.count() <= largest;
    RidgeRegression ridge = fits && logits != null ? RidgeRegression.of(matrix, logits) : null;
    step(6 + STEPS * k);
    Map<String, Double> others = new LinkedHashMap<>();
    for (int other = 0; other < kernels.size(); other++) {
      if (other != k) {
        others.put(kernels.get(other).name(), alignments.others()[k][other]);
      }
    }
    return new KernelScores(
        accuracy,
        alignments.label()[k],
        alignments.logit(k),
        others,
        ridge == null ? null : ridge.ridge(),
        ridge == null ? null : ridge.rSquared(),
        ridge == null ? null : ridge.argmaxAgreement(),
        median,
        residual,
        fits
            ? null
            : String.format(
                Locale.ROOT,
                "no ridge regression: %d images are more than --largest %d",
                own.count(),
                largest));
  }

  /** Writes the neighbours; returns the accuracy of their votes by the number k that vote. */
  private Map<String, Double> near(
      String name, BlockMatrix matrix, KernelMembers own, KernelMembers columns, Rows rows)
      throws IOException {
    int most = Math.max(neighbours, VOTES.get(VOTES.size() - 1));
    Neighbours all = new Neighbours(own.count(), most, everyone(columns.count()));
    boolean whole = columns.labels().areWhole();
    // images without a label do not vote
    Neighbours voters = whole ? all : new Neighbours(own.count(), most, columns.labels().known());
    matrix.forEach(
        block -> {
          all.add(block, matrix.isSymmetric(), matrix.isMirrored(block));
          if (!whole) {
            voters.add(block, matrix.isSymmetric(), matrix.isMirrored(block));
          }
        });
    for (int i = 0; i < own.count(); i++) {
      for (int rank = 0; rank < Math.min(neighbours, all.count(i)); rank++) {
        int at = all.position(i, rank);
        rows.write(
            GramTables.NEIGHBOURS,
            new NeighbourRow(
                name,
                (long) i,
                own.ids().get(i),
                own.labels().values().get(i),
                rank + 1,
                (long) at,
                columns.ids().get(at),
                columns.labels().values().get(at),
                all.similarity(i, rank)));
      }
    }
    Map<String, Double> accuracy = new LinkedHashMap<>();
    for (int k : VOTES) {
      accuracy.put(String.valueOf(k), voters.accuracy(k, own.labels(), columns.labels()));
    }
    return accuracy;
  }

  /** Writes eigenvalues and components; returns the relative residual, or null without any. */
  private Double spectrum(String name, BlockMatrix matrix, KernelMembers own, Rows rows)
      throws IOException {
    Spectrum spectrum = Spectrum.leading(matrix, components);
    double[] eigenvalues = spectrum.eigenvalues();
    for (int k = 0; k < eigenvalues.length; k++) {
      rows.write(KernelTables.SPECTRUM, new SpectrumRow(name, k + 1, eigenvalues[k]));
    }
    for (int i = 0; i < own.count(); i++) {
      rows.write(
          KernelTables.COMPONENTS,
          new ComponentRow(
              name,
              (long) i,
              own.ids().get(i),
              own.labels().values().get(i),
              spectrum.scores()[i]));
    }
    return eigenvalues.length == 0 ? null : spectrum.residual();
  }

  private static boolean[] everyone(int count) {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return all;
  }

  private void step(int done) {
    progress.show(done, 0, done, 2 + (long) STEPS * kernels.size());
  }
}
