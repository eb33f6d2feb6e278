package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Safetensors files, good ones of every type and bad ones of every kind. */
@Timeout(60)
@Tag("fast")
final class SafetensorsTest {
  private static final byte[] EIGHT = WeightsFiles.floats(1.5f, -2);

  @TempDir Path scratch;

  @Test
  void readsEveryType() throws IOException {
    String[][] types = { // name in the header, name of ours, bytes of the value 1 (BOOL: true)
      {"F64", "float64"}, {"F32", "float32"}, {"F16", "float16"}, {"BF16", "bfloat16"},
      {"I64", "int64"}, {"I32", "int32"}, {"I16", "int16"}, {"I8", "int8"},
      {"U8", "uint8"}, {"BOOL", "bool"},
    };
    byte[][] ones = {
      little(8).putDouble(1).array(),
      little(4).putFloat(1).array(),
      little(2).putShort((short) 0x3c00).array(),
      little(2).putShort((short) 0x3f80).array(),
      little(8).putLong(1).array(),
      little(4).putInt(1).array(),
      {1, 0},
      {1},
      {1},
      {1}
    };
    StringBuilder header = new StringBuilder("{ \"__metadata__\" : {\"format\":\"pt\"}");
    ByteBuffer data = little(64);
    for (int i = 0; i < types.length; i++) {
      int begin = data.position();
      data.put(ones[i]);
      header.append(
          String.format(
              Locale.ROOT,
              ",\n\"module.%s\":{\"dtype\":\"%s\",\"shape\":[1,1],\"data_offsets\":[%d,%d]}",
              types[i][1],
              types[i][0],
              begin,
              data.position()));
    }
    byte[] packed = new byte[data.position()];
    data.get(0, packed);
    Map<String, Tensor> tensors = read(header + "}   ", packed).tensors();
    assertEquals(List.of("float64", "float32"), List.copyOf(tensors.keySet()).subList(0, 2));
    for (String[] type : types) {
      assertEquals(type[1] + "[1, 1]", tensors.get(type[1]).toString());
      assertArrayEquals(new float[] {1}, tensors.get(type[1]).values());
    }
  }

  @Test
  void readsScalarsEmptyTensorsEscapesAndAnyOrderOfData() throws IOException {
    Map<String, Tensor> tensors =
        read(
                "{\"b\\u0041\\n\\\"\":{\"data_offsets\":[4,8],\"shape\":[],\"dtype\":\"F32\"},"
                    + "\"none\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[4,4]},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                EIGHT)
            .tensors();
    assertEquals(List.of("bA\n\"", "none", "a"), List.copyOf(tensors.keySet()));
    assertArrayEquals(new float[] {-2}, tensors.get("bA\n\"").values());
    assertEquals("float64[3, 0]", tensors.get("none").toString());
  }

  @Test
  void refusesOverlapsHolesAndWhatIsNotThere() {
    refuse(two("[0,4]", "[0,4]"), "'b' overlap others");
    refuse(two("[0,4]", "[3,7]"), "'b' overlap others");
    refuse(two("[0,4]", "[5,9]"), "leave a hole");
    refuse(two("[4,8]", "[4,8]"), "leave a hole");
    refuse(two("[0,4]", "[4,9]"), "describes 9 bytes of tensors where there are 8");
    refuse(two("[0,4]", "[4,4]"), "describes 4 bytes");
    refuse(two("[0,4]", "[4,3]"), "overlap others");
    refuse(two("[0,4]", "[4,9223372036854775807]"), "describes 9223372036854775807 bytes");
    refuse(two("[0,4]", "[4,9223372036854775808]"), "makes no sense");
    refuse(two("[0,4]", "[4,-8]"), "makes no sense at '$.b.data_offsets[2]'");
    refuse(two("[0,4]", "[4]"), "makes no sense");
    refuse(two("[0,3]", "[3,8]"), "storage of 0 lacks");
    refuse(two("[0,0]", "[0,8]").replace("[1]", "[0]"), "'b' does not fit its 8 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[3]",
        "[1]",
        "[]",
        "[2,0]",
        "[2,2]",
        "[4294967296,4294967296]",
        "[2147483648,2147483648,4]",
        "[4611686018427387904,4]",
        "[4611686018427387905,4]",
        "[9223372036854775807,2]",
        "[-2]",
        "[2.0]",
        "[-0]",
        "[02]",
        "[1e1]",
        "2",
        "[2",
        "[2,]",
        "[[2]]",
        "[\"2\"]",
        "null"
      })
  void refusesShapesThatDoNotFit(String shape) {
    refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1}",
        "{\"a\":null}",
        "{\"a\":[]}",
        "{\"a\":{}}",
        "{\"a\":{\"dtype\":\"F32\"}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{,}",
        "{\"a\":{,}}",
        "{\"a",
        "{\"a\\",
        "{\"a\\q\":{}}",
        "{\"\\u12\":{}}",
        "{\"\\u12g4\":{}}",
        "{\"__metadata__\":{\"a\":1}}",
        "{\"__metadata__\":{}}",
        "{\"__metadata__\":{},\"__metadata__\":{}}",
        "{\"a\n\":{}}",
        "{'a':{}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":1}}",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"
      })
  void refusesHeadersOfAnotherForm(String header) {
    refuse(header, "");
  }

  @Test
  void namesTypesThatItDoesNotRead() throws IOException {
    String header = "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}";
    refuse(header, "holds no tensors");
    Path file =
        Files.write(scratch.resolve("f8.safetensors"), WeightsFiles.safetensors(header, EIGHT));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      String problem = checkpoint.dicts().get(0).entries().get("a").problem().orElseThrow();
      assertEquals("of type 'F8_E4M3': convert it to F32", problem);
    }
  }

  @Test
  void refusesRepeatedNames() {
    refuse(two("[0,4]", "[4,8]").replace("\"b\"", "\"a\""), "two entries named 'a'");
    refuse(two("[0,4]", "[4,8]").replace("\"b\"", "\"module.a\""), "two entries named 'a'");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 1 << 30, 100, 0, 1, 2, 3})
  void refusesHeaderLengthsThatLie(long length) {
    byte[] file = WeightsFiles.safetensors("{\"a\":{}}", EIGHT);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    WeightsFiles.refuse(scratch, file, "");
  }

  @Test
  void isNotHeldUpByNesting() {
    refuse("{\"a\":".repeat(1_000_000), "makes no sense");
    refuse("{\"a\":{\"shape\":" + "[".repeat(1_000_000), "makes no sense");
  }

  private static String two(String a, String b) {
    return "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
        + a
        + "},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
        + b
        + "}}";
  }

  private StateDict read(String header, byte[] data) throws IOException {
    return WeightsFiles.read(scratch, WeightsFiles.safetensors(header, data));
  }

  private void refuse(String header, String expected) {
    WeightsFiles.refuse(scratch, WeightsFiles.safetensors(header, EIGHT), expected);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.wrap(new byte[size]).order(ByteOrder.LITTLE_ENDIAN);
  }
}
