package curtain.jobs.show;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import curtain.figures.HeatMap;
import curtain.figures.IntervalChart;
import curtain.figures.LineChart;
import java.util.Collections;
import java.util.List;

/**
 * A part of a section of the page, which {@code page.js} draws as it is told: it has one function
 * for each kind. Charts are the records that {@code figures} draws as PNG. {@link RecordJson}
 * writes blocks member by member, with their {@code kind}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReportBlock.Heading.class, name = "heading"),
  @JsonSubTypes.Type(value = ReportBlock.Text.class, name = "text"),
  @JsonSubTypes.Type(value = ReportBlock.Lines.class, name = "lines"),
  @JsonSubTypes.Type(value = ReportBlock.Intervals.class, name = "intervals"),
  @JsonSubTypes.Type(value = ReportBlock.Heat.class, name = "heat"),
  @JsonSubTypes.Type(value = ReportBlock.Table.class, name = "table"),
  @JsonSubTypes.Type(value = ReportBlock.Choice.class, name = "choice")
})
public sealed interface ReportBlock {
  /** A heading within the section. */
  record Heading(String text) implements ReportBlock {}

  /** A paragraph. */
  record Text(String text) implements ReportBlock {
    /** A paragraph of several sentences; no paragraph of none. */
    public static List<ReportBlock> of(List<String> sentences) {
      return sentences.isEmpty() ? List.of() : List.of(new Text(String.join(" ", sentences)));
    }
  }

  /** Line charts beside each other. */
  record Lines(List<LineChart> charts) implements ReportBlock {}

  /** Interval charts beside each other. */
  record Intervals(List<IntervalChart> charts) implements ReportBlock {}

  /** A heat map. */
  record Heat(HeatMap map) implements ReportBlock {}

  /**
   * A table.
   *
   * @param heads of the columns
   * @param rows texts, numbers, and null for none; as many as there are columns
   * @param folded whether it opens on request only
   */
  record Table(String caption, List<String> heads, List<List<Object>> rows, boolean folded)
      implements ReportBlock {
    /** Keeps the rows from changes. */
    public Table {
      rows = rows.stream().map(Collections::unmodifiableList).toList();
    }
  }

  /**
   * Blocks of which the reader chooses some.
   *
   * @param options from each of which one is chosen
   * @param parts what is shown by options, the last option's change first
   */
  record Choice(List<Options> options, List<List<ReportBlock>> parts) implements ReportBlock {
    /**
     * What one can choose from.
     *
     * @param label of the choice
     */
    public record Options(String label, List<String> names) {}
  }
}
