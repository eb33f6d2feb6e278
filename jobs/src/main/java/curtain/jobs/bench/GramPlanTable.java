package curtain.jobs.bench;

import curtain.jobs.gram.GramForecast;
import curtain.jobs.gram.GramForecast.Part;
import curtain.jobs.gram.GramForecast.Rate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code bench gram --plan} prints.
 *
 * @param forecast the parts of the work
 * @param network its name, number of gates and kind of gates, in words
 * @param rates every rate that the parts depend on
 */
record GramPlanTable(GramForecast forecast, String network, Map<Rate, Known> rates) {
  private static final List<String> COLUMNS =
      List.of("part", "amount", "rate of one", "which is", "seconds");

  private static final double HOUR = 3600;

  /**
   * A rate.
   *
   * @param value in the rate's unit
   * @param from where it is from, in words
   */
  record Known(double value, String from) {}

  /** Seconds of all parts, one after another. */
  double seconds() {
    return forecast.parts().stream().mapToDouble(this::seconds).sum();
  }

  private double seconds(Part part) {
    return part.seconds(rates.get(part.rate()).value());
  }

  /** Prints it as a Markdown table between sentences. */
  void print(BenchTables to) {
    to.text(
        String.format(
            Locale.ROOT,
            "%,d x %,d images, %s; keep %s; columns from %s; %,d %s. %,d blocks of at most %,d"
                + " rows, whose gates take %,.1f GB of a device; %,d tiles.",
            forecast.images(),
            forecast.images(),
            network,
            forecast.keep(),
            forecast.source(),
            forecast.devices(),
            forecast.devices() == 1 ? "device" : "devices",
            forecast.rowBlocks(),
            forecast.block(),
            forecast.blockBytes() / 1e9,
            forecast.tiles()));
    to.header(COLUMNS);
    for (Part part : forecast.parts()) {
      Known rate = rates.get(part.rate());
      to.row(
          List.of(
              part.name(),
              amount(part.quantity()),
              amount(rate.value()) + " " + part.rate().unit(),
              rate.from(),
              String.format(Locale.ROOT, "%,.0f", seconds(part))));
    }
    double seconds = seconds();
    to.row(List.of("one after another", "", "", "", String.format(Locale.ROOT, "%,.0f", seconds)));
    to.end();
    to.text(
        String.format(Locale.ROOT, seconds < HOUR ? "%.2f" : "%.1f", seconds / HOUR)
            + " hours. Reading ahead and writing behind shorten it; the start, and devices that wait"
            + " for the last one, lengthen it.");
  }

  /** Whole numbers as such, others with one decimal; small ones with three digits. */
  private static String amount(double value) {
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value < 1 ? "%.3g" : "%,.1f", value);
  }
}
