package curtain.jobs.pullbacks;

import curtain.figures.Style;
import curtain.jobs.command.GoalArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.PictureArguments;
import curtain.jobs.show.PictureSize;
import curtain.jobs.show.PlacedCsv;
import curtain.jobs.task.Progress;
import curtain.pullback.NeuronChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Pullbacks of neurons as sheets, and the options that say which. Writes {@code neurons-0001.png}
 * and so on, and {@code neurons.csv} ({@link NeuronPages#COLUMNS}).
 */
final class NeuronFigures {
  /** Names of the files. */
  static final String FILES = "neurons\\.csv|neurons-\\d+\\.png";

  /** Its options. */
  static final List<String> OPTIONS = List.of("--neuron", "--top");

  private static final int TOP = 4;

  /** Bytes of the pictures of a pass. */
  private static final long MOST = 256L << 20;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--neuron",
      paramLabel = "CHANNEL[,CHANNEL...]",
      hideParamSyntax = true,
      description =
          "Of neurons' pullbacks only these channels, in this order: indices and ranges 0-63,"
              + " separated by commas (default: all that there are).")
  private String neuron;

  @Option(
      names = "--top",
      paramLabel = "K",
      converter = Ranges.Count.class,
      description =
          "Of neurons' pullbacks the K images that excite each channel most, 1 to 65536 (default: "
              + TOP
              + ").")
  private Integer top;

  /** Refuses the options where they have no effect. */
  void refuse(String where) {
    String given = neuron != null ? "--neuron" : "--top";
    if (neuron != null || top != null) {
      throw new ParameterException(command.commandLine(), given + " has no effect on " + where);
    }
  }

  /**
   * Reads the keys of the pullbacks, and says what will be drawn.
   *
   * @param store how their values are stored
   * @param settings of the other options
   */
  FigureKind.Ready ready(
      FinishedOutput pullbacks,
      Store store,
      FigureSet set,
      NeuronPages pages,
      Settings settings,
      Configuration conf)
      throws IOException, RunException {
    NeuronChoice made = NeuronChoice.read(pullbacks.setting(GoalArguments.NEURON));
    int most = top == null ? TOP : top;
    Map<String, MostExcited> excited = new LinkedHashMap<>();
    for (int channel : channels(made)) {
      excited.put(made.neuron(channel), new MostExcited(most));
    }
    int kinds = 0;
    try (PullbackReader rows = PullbackReader.open(pullbacks, Store.NONE, Set.of(), conf)) {
      PullbackRow first = null;
      for (PullbackRow row = rows.next(); row != null; row = rows.next()) {
        first = first == null ? row : first;
        boolean same = row.ordinal() == first.ordinal() && first.neuron().equals(row.neuron());
        kinds += same ? 1 : 0;
        MostExcited own = excited.get(row.neuron());
        if (own != null) {
          own.add(row);
        }
      }
    }
    if (kinds == 0) {
      throw new RunException("there are no pullbacks to show; errors/ says why");
    }
    Settings all =
        Settings.builder()
            .addAll(settings)
            .add("neuron", neuron == null ? "all" : neuron)
            .add("top", most)
            .build();
    return new Sheets(pullbacks, store, set, excited, pages, most * (kinds + 1L), all, conf);
  }

  private List<Integer> channels(NeuronChoice made) {
    if (neuron == null) {
      return made.channels();
    }
    try {
      return made.only(neuron).channels();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--neuron: " + e.getMessage(), e);
    }
  }

  /**
   * Sheets whose images are known.
   *
   * @param pictures of a neuron
   */
  private record Sheets(
      FinishedOutput pullbacks,
      Store store,
      FigureSet set,
      Map<String, MostExcited> excited,
      NeuronPages pages,
      long pictures,
      Settings settings,
      Configuration conf)
      implements FigureKind.Ready {
    @Override
    public long images() {
      return excited.values().stream()
          .flatMap(each -> each.rows().stream())
          .map(PullbackRow::ordinal)
          .distinct()
          .count();
    }

    @Override
    public String shown() {
      return String.format(Locale.ROOT, "%,d neurons", excited.size());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      progress.begin("neurons");
      List<NeuronBlock> all = new ArrayList<>();
      excited.forEach((name, each) -> all.add(new NeuronBlock(name, each, pages.names())));
      int page = 1;
      try (PlacedCsv csv = new PlacedCsv(output, "neurons.csv", NeuronPages.COLUMNS)) {
        int pass = together();
        for (int from = 0; from < all.size(); from += pass) {
          int end = Math.min(from + pass, all.size());
          // drawn blocks are let go
          List<NeuronBlock> some = new ArrayList<>(all.subList(from, end));
          all.subList(from, end).replaceAll(drawn -> null);
          page =
              pages.draw(
                  page,
                  some,
                  set.none(),
                  ids -> PullbackReader.open(pullbacks, store, ids, conf),
                  output,
                  csv);
          progress.show(end, 0, end, all.size());
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("pages", page - 1L);
        counts.put("neurons.csv", csv.rows());
        return counts;
      }
    }

    /** Neurons of a pass: whole pages of them, as many as memory holds. */
    private int together() throws RunException {
      int size = Integer.parseInt(pullbacks.setting("image_size"));
      int side = pages.side() > 0 ? pages.side() : PictureSize.enlarged(size);
      long fit = MOST / (3L * side * side * pictures);
      return (int) Math.max(1, Math.min(1 << 16, fit / pages.rows())) * pages.rows();
    }
  }

  /** Pages in the style and size of the other options. */
  static NeuronPages pages(PictureArguments pictures, ClassNames names, Style style) {
    Integer cell = pictures.cell();
    return new NeuronPages(names, style, cell == null ? 0 : cell, pictures.rows());
  }
}
