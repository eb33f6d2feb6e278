package curtain.jobs.kernel;

import curtain.figures.Type;
import curtain.jobs.command.Settings;
import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.KernelRows;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Csv;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.ListedImages;
import curtain.jobs.show.PictureArguments;
import curtain.jobs.show.Pictures;
import curtain.jobs.show.PlacedCsv;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What kernels say of images [paper, 5.2; spec 7]: {@code neighbours-KERNEL-0001.png} and so on,
 * images beside their nearest neighbours, and {@code neighbours.csv}, which says what each picture
 * shows and where; {@code spectrum.png} and {@code scores.png} with their CSV.
 */
public final class KernelFigures implements FigureKind {
  private static final int EM = 22;

  private final PictureArguments pictures;

  /** With the options on pictures. */
  public KernelFigures(PictureArguments pictures) {
    this.pictures = pictures;
  }

  @Override
  public String command() {
    return "kernel";
  }

  @Override
  public Set<String> options() {
    return PictureArguments.OPTIONS;
  }

  @Override
  public String files() {
    return "neighbours-[A-Za-z0-9.=_-]+-\\d+\\.png|(spectrum|scores)\\.png"
        + "|(neighbours|spectrum|scores)\\.csv";
  }

  /**
   * The Gram that an output of kernel was made of.
   *
   * @throws RunException where it is not there, or was made anew since
   */
  static FinishedOutput gram(FinishedOutput kernel, Configuration conf)
      throws IOException, RunException {
    FinishedOutput gram;
    try {
      gram = FinishedOutput.open("--input", kernel.setting("input"), "gram", conf);
    } catch (RunException e) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s: what it was made of cannot be used: %s",
              kernel.given(),
              e.getMessage().replaceFirst("^--input ", "")));
    }
    String made = kernel.provenance().settings().get("input_end");
    if (made != null && !made.equals(gram.provenance().end())) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s: the Gram in %s was made anew since; run curtain kernel again",
              kernel.given(),
              gram.given()));
    }
    return gram;
  }

  @Override
  public Ready ready(FinishedOutput kernel, String labels, Configuration conf)
      throws IOException, RunException {
    FinishedOutput gram = gram(kernel, conf);
    KernelResults results = KernelResults.read(kernel, conf);
    Set<String> kernels = KernelRows.kernels(kernel, GramTables.NEIGHBOURS, conf);
    BitSet chosen =
        NeighbourReader.choose(kernel, new LinkedHashSet<>(pictures.ids()), pictures.limit(), conf);
    int cell = pictures.cell() == null ? 0 : pictures.cell();
    NeighbourPages sheets = null;
    if (!chosen.isEmpty()) {
      Pictures images = new Pictures(ListedImages.of(gram, pictures.images(), conf), cell, conf);
      String columns = gram.setting("columns");
      Pictures others =
          columns.equals("none")
              ? images
              : new Pictures(ListedImages.columns(gram, conf), cell, conf);
      sheets =
          new NeighbourPages(images, others, ClassNames.of(gram, labels, conf), pictures.rows());
    }
    long images = gram.provenance().results();
    KernelPages pages =
        new KernelPages(
            String.format(Locale.ROOT, "%s, %,d images", gram.setting("model"), images), results);
    Settings settings =
        Settings.builder().addAll(pictures.place(conf)).addAll(pictures.choice("128")).build();
    return new Charts(kernel, pages, kernels, chosen, sheets, settings, conf);
  }

  /**
   * Tables that have been read, and images that are there.
   *
   * @param sheets null where there are no neighbours
   */
  private record Charts(
      FinishedOutput kernel,
      KernelPages pages,
      Set<String> kernels,
      BitSet chosen,
      NeighbourPages sheets,
      Settings settings,
      Configuration conf)
      implements Ready {
    @Override
    public long images() {
      return chosen.cardinality();
    }

    @Override
    public String shown() {
      return String.format(
          Locale.ROOT,
          "%,d kernels and the neighbours of %,d images",
          pages.results().scores().size(),
          images());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      Map<String, Long> counts = new LinkedHashMap<>();
      Type type = Type.ofSize(EM);
      KernelResults results = pages.results();
      long drawn = 0;
      if (!results.spectra().isEmpty()) {
        Png.write(output, "spectrum.png", pages.spectrumPage(type).draw());
        drawn++;
      }
      if (pages.hasScores()) {
        Png.write(output, "scores.png", pages.scoresPage(type).draw());
        drawn++;
      }
      if (sheets != null) {
        drawn += neighbours(output, progress, counts);
      }
      counts.put("pages", drawn);
      try (Csv csv = new Csv(output, "spectrum.csv", List.of("kernel", "rank", "eigenvalue"))) {
        for (Map.Entry<String, double[]> each : results.spectra().entrySet()) {
          for (int i = 0; i < each.getValue().length; i++) {
            csv.row(each.getKey(), i + 1, each.getValue()[i]);
          }
        }
        counts.put("spectrum.csv", csv.rows());
      }
      try (Csv csv = new Csv(output, "scores.csv", List.of("kernel", "score", "value"))) {
        for (Map.Entry<String, Map<String, Double>> kernel : results.scores().entrySet()) {
          for (Map.Entry<String, Double> score : kernel.getValue().entrySet()) {
            csv.row(kernel.getKey(), score.getKey(), score.getValue());
          }
        }
        counts.put("scores.csv", csv.rows());
      }
      return counts;
    }

    private long neighbours(FileOutput output, Progress progress, Map<String, Long> counts)
        throws IOException, RunException {
      long drawn = 0;
      long done = 0;
      try (PlacedCsv csv = new PlacedCsv(output, "neighbours.csv", NeighbourPages.COLUMNS)) {
        for (String name : kernels) {
          List<List<NeighbourRow>> images = NeighbourReader.read(kernel, name, chosen, conf);
          int page = 0;
          for (int from = 0; from < images.size(); from += sheets.rows()) {
            int to = Math.min(images.size(), from + sheets.rows());
            sheets.draw(++page, images.subList(from, to), output, csv);
            done += to - from;
            long whole = done / kernels.size();
            progress.show(whole, 0, whole, images());
          }
          drawn += page;
        }
        counts.put("neighbours.csv", csv.rows());
      }
      return drawn;
    }
  }
}
