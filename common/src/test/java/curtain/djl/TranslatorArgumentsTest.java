package curtain.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.source.ImageOptions;
import curtain.images.source.Transform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that DJL hands on, as values. */
@Tag("fast")
final class TranslatorArgumentsTest {
  @Test
  void nothingGiven() {
    assertEquals(
        new TranslatorArguments(
            "predicted", List.of(0.3), null, ImageOptions.DEFAULT_MAX_PIXELS, 2),
        TranslatorArguments.of(Map.of()));
  }

  /** DJL's maps hold texts from URLs and files, and numbers from programs. */
  @Test
  void everyArgument() {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("targets", " top:3 ");
    arguments.put("temperature", "0.15, 0.3");
    arguments.put("transform", "square");
    arguments.put("maxPixels", 1000L);
    arguments.put("batchSize", "16");
    TranslatorArguments expected =
        new TranslatorArguments("top:3", List.of(0.15, 0.3), Transform.SQUARE, 1000, 16);
    assertEquals(expected, TranslatorArguments.of(arguments));
    TranslatorArguments.checkAllOurs(arguments);
    arguments.put("temperature", 0.5);
    assertEquals(List.of(0.5), TranslatorArguments.of(arguments).temperatures());
  }

  @ParameterizedTest
  @CsvSource({
    "target, targets",
    "Targets, targets",
    "tagets, targets",
    "temprature, temperature",
    "temperatures, temperature",
    "max_pixels, maxPixels",
    "maxpixel, maxPixels",
    "transforms, transform",
    "batch-size, batchSize",
  })
  void misspelt(String name, String nearest) {
    for (String message :
        List.of(
            refusal(() -> TranslatorArguments.of(Map.of(name, "1"))),
            refusal(() -> TranslatorArguments.checkAllOurs(Map.of(name, "1"))))) {
      assertEquals(
          "argument "
              + name
              + " is unknown; the nearest is "
              + nearest
              + " (of targets, temperature, transform, maxPixels, batchSize)",
          message);
    }
  }

  /** Names that DJL 0.35.1's loaders and translators look up, and its servers write. */
  @ParameterizedTest
  @CsvSource({
    "batchifier",
    "translator",
    "translatorFactory",
    "blockFactory",
    "engine",
    "application",
    "model_name",
    "artifact_id",
    "batch_size",
    "task",
    "topK",
    "threshold",
    "maxLength",
    "maxBoxes",
    "maxLabels",
    "maxEdge",
    "resize",
    "centerCrop",
    "softmax",
    "toTensor",
    "padding",
    "range",
    "ratios",
    "steps",
    "width",
    "height",
    "freq",
    "featSize",
    "outSize",
    "truncation",
  })
  void othersPassInDjlsMapOnly(String name) {
    assertEquals(
        TranslatorArguments.of(Map.of()), TranslatorArguments.of(Map.of(name, "whatever")));
    assertTrue(
        refusal(() -> TranslatorArguments.checkAllOurs(Map.of(name, "whatever")))
            .startsWith("argument " + name + " is unknown; the nearest is "));
  }

  @ParameterizedTest
  @CsvSource({"gate", "pool", "compat"})
  void whatExportFixes(String name) {
    assertEquals(
        "argument " + name + " is fixed in the file; export it again with the wanted " + name,
        refusal(() -> TranslatorArguments.of(Map.of(name, "hard"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature | 0 | '0' is no number above 0",
        "temperature | -1 | '-1' is no number above 0",
        "temperature | 1e6 | '1e6' is no number above 0 and below 1e6",
        "temperature | 1e-60 | '1e-60' is no number",
        "temperature | NaN | 'NaN' is no number",
        "temperature | warm | temperature=warm: 'warm' is no number",
        "temperature | 0.3,,1 | temperature=0.3,,1: '' is no number",
        "temperature | 0.3,0.30 | '0.30' is there twice",
        "transform | crop | transform=crop is none of imagenet, none, square",
        "maxPixels | 0 | maxPixels=0 is no number from 1 to",
        "maxPixels | 1.5 | maxPixels=1.5 is no number",
        "batchSize | 65537 | batchSize=65537 is no number from 1 to 65536",
      })
  void wrongValues(String name, String value, String message) {
    String refusal = refusal(() -> TranslatorArguments.of(Map.of(name, value)));
    assertTrue(refusal.startsWith("argument ") && refusal.contains(message), refusal);
  }

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
