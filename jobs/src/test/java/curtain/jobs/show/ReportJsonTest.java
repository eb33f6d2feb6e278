package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.figures.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that stand inside HTML. */
@Tag("fast")
class ReportJsonTest {
  private interface Content {
    void write(ReportJson json) throws Exception;
  }

  private static String written(Content content) throws Exception {
    StringWriter out = new StringWriter();
    ReportJson json = new ReportJson(out);
    json.begin();
    content.write(json);
    json.end();
    json.flush();
    return out.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>&lt;&#60;",
        "\" onload='alert(1)' \\",
        "a\u2028b\u2029c\u0000d\u007f",
        "\ud83d\ude80 r\u00f4le \ud800",
        "{{data}} $1 ${x}"
      })
  void textsStayTexts(String text) throws Exception {
    String json = written(out -> out.putAll(text, Map.of(text, text)));
    assertTrue(json.chars().allMatch(c -> c >= 0x20 && c <= 0x7f), json);
    assertFalse(json.matches(".*[<>&'].*"), json);
    JsonNode read = new ObjectMapper().readTree(json);
    assertEquals(text, read.get(text).get(text).asText());
    json = written(out -> out.putBlocks(List.of(new ReportBlock.Text(text))));
    assertTrue(json.chars().allMatch(c -> c >= 0x20 && c <= 0x7f), json);
    assertFalse(json.matches(".*[<>&'].*"), json);
    assertEquals(text, new ObjectMapper().readTree(json).at("/blocks/0/text").asText());
  }

  @Test
  void numbersThatJsonLacksAreNamed() throws Exception {
    assertEquals(
        "{\"a\":[1.5,\"NaN\",\"-Infinity\",null,7,true],\"b\":0.1}",
        written(
            json -> {
              json.putAll(
                  "a", Arrays.asList(1.5, Double.NaN, Float.NEGATIVE_INFINITY, null, 7L, true));
              json.put("b", 0.1f);
            }));
  }

  @Test
  void matricesComeBack() throws Exception {
    Random random = new Random(5);
    double[][] values = new double[17][9];
    for (double[] row : values) {
      Arrays.setAll(row, j -> random.nextGaussian() * 40 - 100);
    }
    values[3][4] = Double.NaN;
    values[16][8] = Double.NEGATIVE_INFINITY;
    values[0][0] = Double.POSITIVE_INFINITY;
    JsonNode matrix =
        new ObjectMapper().readTree(written(json -> json.putRecord("m", values))).get("m");
    assertEquals(17, matrix.get("rows").asInt());
    assertEquals(9, matrix.get("columns").asInt());
    ByteBuffer cells =
        ByteBuffer.wrap(Base64.getDecoder().decode(matrix.get("cells").asText()))
            .order(ByteOrder.LITTLE_ENDIAN);
    double least = matrix.get("least").asDouble();
    double range = matrix.get("largest").asDouble() - least;
    for (double[] row : values) {
      for (double value : row) {
        int level = cells.getShort() & 0xffff;
        if (Double.isFinite(value)) {
          assertEquals(value, least + range * level / 65_532, range / 131_000);
        } else {
          assertEquals(Double.isNaN(value) ? 65_535 : value > 0 ? 65_533 : 65_534, level);
        }
      }
    }
    JsonNode none =
        new ObjectMapper()
            .readTree(written(json -> json.putRecord("m", new double[][] {{Double.NaN}})))
            .get("m");
    assertTrue(none.get("least").isNull());
  }

  @Test
  void picturesComeBack() throws Exception {
    byte[] pixels = new byte[3 * 5 * 4];
    new Random(1).nextBytes(pixels);
    Picture picture = Picture.ofImage(5, 4, pixels);
    String uri =
        new ObjectMapper().readTree(written(json -> json.put("p", picture))).get("p").asText();
    String begin = "data:image/png;base64,";
    assertTrue(uri.startsWith(begin), uri);
    BufferedImage read =
        ImageIO.read(
            new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(begin.length()))));
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 5; x++) {
        assertEquals(picture.rgb(x, y), read.getRGB(x, y) & 0xffffff);
      }
    }
  }

  @Test
  void picturesBecomeSmallerTheMoreThereAre() {
    ReportRoom room = new ReportRoom(24, 8_000_000, 500, null, null);
    Picture large = Picture.ofImage(224, 112, new byte[3 * 224 * 112]);
    assertEquals(24, room.images(3));
    assertEquals(813, new ReportRoom(65_536, 8_000_000, 500, null, null).images(3));
    assertEquals(160, room.fitted(large, 24).width());
    assertEquals(80, room.fitted(large, 24).height());
    int some = room.fitted(large, 600).width();
    assertTrue(some > 32 && some < 160, "a side of " + some);
    assertEquals(32, room.fitted(large, 1_000_000).width());
    Picture small = Picture.ofImage(32, 32, new byte[3 * 32 * 32]);
    assertEquals(
        List.of(32, 32), List.of(room.fitted(small, 9).width(), room.fitted(small, 9).height()));
  }

  @Test
  void aSmallerPageIsAtLastTheLeast() {
    ReportRoom room = new ReportRoom(24, 8_000_000, 500, "labels", null);
    ReportRoom half = room.smaller();
    assertEquals(new ReportRoom(12, 4_000_000, 353, "labels", null), half);
    assertTrue(half.reduced().contains("at most 12 images"), half.reduced());
    assertTrue(half.reduced().contains("353 x 353 cells"), half.reduced());
    int steps = 0;
    while (!room.isLeast()) {
      room = room.smaller();
      steps++;
    }
    assertTrue(steps <= 12, steps + " steps");
    assertEquals(room, room.smaller());
    assertTrue(room.reduced().contains("at most 1 image of"), room.reduced());
    assertTrue(new ReportRoom(65_536, 8_000_000, 500, null, null).smaller().images() < 1300);
  }
}
