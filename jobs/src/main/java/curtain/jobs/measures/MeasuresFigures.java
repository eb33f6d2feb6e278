package curtain.jobs.measures;

import curtain.figures.Type;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Csv;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.Png;
import curtain.jobs.tables.RowForm;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Measures of directions as one page [spec 6]: {@code measures.png}, a panel for each measure, and
 * {@code measures.csv}, which has {@code measures_summary/} row by row.
 */
public final class MeasuresFigures implements FigureKind {
  private static final int EM = 22;

  @Override
  public String command() {
    return Measures.NAME;
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public String files() {
    return "measures\\.(png|csv)";
  }

  @Override
  public Ready ready(FinishedOutput input, String labels, Configuration conf)
      throws IOException, RunException {
    MeasuresPage page = MeasuresPage.read(input, conf);
    if (page.rows().isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no image that could be used; errors/ says why",
              input.given()));
    }
    return new Chart(page, input.provenance().results());
  }

  /** A table that has been read. */
  private record Chart(MeasuresPage page, long images) implements Ready {
    @Override
    public Settings settings() {
      return Settings.NONE;
    }

    @Override
    public String shown() {
      return String.format(
          Locale.ROOT,
          "%,d measures of %,d directions",
          page.measures().size(),
          page.directions().size());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress) throws IOException {
      Map<String, Long> counts = new LinkedHashMap<>();
      Png.write(output, "measures.png", page.drawing(Type.ofSize(EM)).draw());
      counts.put("pages", 1L);
      RowForm<MeasureSummaryRow> values = new RowForm<>(MeasureRows.SUMMARY);
      try (Csv csv = new Csv(output, "measures.csv", MeasureRows.SUMMARY.names())) {
        for (MeasureSummaryRow row : page.rows()) {
          csv.row(values.cells(row));
        }
        counts.put("measures.csv", csv.rows());
      }
      return counts;
    }
  }
}
