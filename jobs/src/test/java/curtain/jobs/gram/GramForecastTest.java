package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.gram.GramForecast.Image;
import curtain.jobs.gram.GramForecast.Part;
import curtain.jobs.gram.GramForecast.Rate;
import curtain.jobs.gram.GramForecast.Source;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A forecast beside the same work counted by hand. */
@Tag("fast")
final class GramForecastTest {
  /**
   * 10 gates, 20 bytes of them on a device, a file of 3, pixels of 5, a record of 7, 11 of logits.
   */
  private static final Image IMAGE = new Image(10, 20, 3, 5, 7, 11);

  private static GramForecast of(String keep, Source source) {
    return new GramForecast(1000, 100, Keep.parse(keep), source, 2, IMAGE);
  }

  private static Map<String, Double> amounts(GramForecast forecast) {
    return forecast.parts().stream().collect(Collectors.toMap(Part::name, Part::amount));
  }

  /** Ten blocks of rows; both triangles; a pass for members, one for rows, ten for columns. */
  @Test
  void countsWhatIsReduced() {
    GramForecast forecast = of("top:4", Source.PIXELS);
    assertEquals(10, forecast.rowBlocks());
    assertEquals(100, forecast.tiles());
    assertEquals(2000, forecast.blockBytes());
    assertEquals(
        Map.of(
            "pixels read, GB",
            12_000.0 * 5,
            "passes of the network",
            12_000.0,
            "gates multiplied and added, 10¹⁵",
            1e6 * 10,
            "pairs reduced, 10⁹",
            1e6,
            // logits; sums of four kernels, of one unit a row and of the output; neighbours
            // likewise
            "results written, GB",
            1000.0 * 11 + 2 * 1000 * 4 * 16 + 1000 * 4 * 4 * (28 + 28 + 8 + 64),
            "rows merged by the driver, 10⁶",
            1000.0 * 4 * 4),
        amounts(forecast));
  }

  /** 55 tiles of the upper triangle, whose columns have their gates from the store. */
  @Test
  void countsTilesAndAStore() {
    GramForecast forecast = of("tiles", Source.STORE);
    assertEquals(55, forecast.tiles());
    double pairs = 1000 * 1100 / 2;
    double passed = 1000 + 9 * 1000 / 2;
    assertEquals(
        Map.of(
            "pixels read, GB", 1000.0 * 5,
            "passes of the network", 1000.0,
            "gates stored, GB", 1000.0 * 7,
            "gates read, GB", passed * 7,
            "gates multiplied and added, 10¹⁵", pairs * 10,
            "results written, GB", 1000 * 11 + pairs * 33),
        amounts(forecast));
  }

  @Test
  void decodesImagesForEveryBlockOfRows() {
    Map<String, Double> amounts = amounts(of("none", Source.IMAGES));
    assertEquals(12_000.0 * 3, amounts.get("encoded images read, GB"));
    assertEquals(12_000.0, amounts.get("images decoded"));
    assertTrue(!amounts.containsKey("rows merged by the driver, 10⁶"), amounts.toString());
  }

  /** A set that is smaller than a block is held as it is. */
  @Test
  void holdsNoMoreThanThereIs() {
    GramForecast few = new GramForecast(30, 100, Keep.parse("none"), Source.PIXELS, 1, IMAGE);
    assertEquals(1, few.rowBlocks());
    assertEquals(600, few.blockBytes());
  }

  @Test
  void timesAreSharedByDevicesButNotTheDrivers() {
    List<Part> parts = of("top:4", Source.PIXELS).parts();
    Map<Rate, Double> seconds =
        parts.stream()
            .filter(part -> part.rate() != Rate.WRITE)
            .collect(Collectors.toMap(Part::rate, part -> part.seconds(2)));
    assertEquals(12_000.0 * 5 / 2e6 / 2, seconds.get(Rate.READ));
    assertEquals(12_000.0 / 2 / 2, seconds.get(Rate.PASSES));
    assertEquals(1e7 / 2e9 / 2, seconds.get(Rate.PRODUCTS));
    assertEquals(1e6 / 2e6 / 2, seconds.get(Rate.REDUCE));
    assertEquals(16_000.0 / 2e6, seconds.get(Rate.MERGE));
  }

  /** The plan that {@code gram} makes of such a set has as many units. */
  @Test
  void unitsAreThoseOfARun() {
    assertEquals(1, GramTiles.unitBlocks(Keep.parse("tiles"), 100, 0));
    assertEquals(64, GramTiles.unitBlocks(Keep.parse("top:4"), 100, 0));
    assertEquals(32, GramTiles.unitBlocks(Keep.parse("top:4"), 8192, 0));
  }

  @Test
  void measuresReducingAndMerging() throws IOException {
    assertTrue(GramTrial.reduce(Keep.parse("top:4"), 1) > 0);
    assertTrue(GramTrial.merge(4, 1) > 0);
  }
}
