package curtain.images;

import curtain.fuzz.Damage;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes the Thrift structures of a Parquet file, its footer and its pages' headers, field by
 * field, and the pages, and puts the file together again.
 */
final class ParquetMutator {
  private ParquetMutator() {}

  static byte[] mutate(RandomGenerator random, byte[] file) throws Exception {
    if (random.nextInt(8) == 0) {
      return Damage.bytes(random, file, List.of(file));
    }
    ParquetParts parts = new ParquetParts(file);
    int pageChanges = random.nextInt(3);
    for (int i = 0; i < pageChanges; i++) {
      change(random, Damage.pick(random, parts.columns));
    }
    parts.writePages();
    for (int n = random.nextInt(pageChanges > 0 ? 0 : 1, 3); n > 0; n--) {
      field(random, parts.footer, 0);
    }
    byte[] footer = parts.footerBytes();
    if (random.nextInt(4) == 0) {
      footer = varint(random, footer);
    }
    int length = random.nextInt(50) == 0 ? (int) Damage.boundary(random) : footer.length;
    return parts.end(footer, length);
  }

  private static void change(RandomGenerator random, List<ParquetParts.Page> pages)
      throws Exception {
    int at = random.nextInt(pages.size());
    ParquetParts.Page page = pages.get(at);
    if (random.nextBoolean()) {
      field(random, page.header(), 0);
    } else if (page.body().length > 0) {
      byte[] body = Damage.bytes(random, page.body(), List.of(page.body()));
      page.header().compressed_page_size = body.length;
      if (random.nextBoolean()) {
        page.header().uncompressed_page_size += body.length - page.body().length;
      }
      pages.set(at, new ParquetParts.Page(page.header(), body));
    }
    if (random.nextInt(8) == 0) {
      pages.add(pages.get(random.nextInt(pages.size())));
    }
  }

  /** Changes a field of a structure, or of one inside it. */
  private static void field(RandomGenerator random, Object structure, int depth) throws Exception {
    List<Field> fields = new ArrayList<>();
    Field[] all = structure.getClass().getFields();
    Arrays.sort(all, Comparator.comparing(Field::getName)); // their order is not specified
    for (Field field : all) {
      if (!Modifier.isStatic(field.getModifiers())
          && (field.getType().isPrimitive() || field.get(structure) != null)) {
        fields.add(field);
      }
    }
    if (fields.isEmpty() || depth > 8) {
      return;
    }
    Field field = Damage.pick(random, fields);
    Object value = field.get(structure);
    if (value instanceof Long) {
      field.setLong(structure, Damage.boundary(random));
    } else if (value instanceof Integer) {
      field.setInt(structure, (int) Damage.boundary(random));
    } else if (value instanceof Boolean flag) {
      field.setBoolean(structure, !flag);
    } else if (value instanceof Enum<?>) {
      field.set(structure, Damage.pick(random, List.of(field.getType().getEnumConstants())));
    } else if (value instanceof String) {
      field.set(structure, Damage.pick(random, List.of("", "x", "path", "bytes", "image", "a\nb")));
    } else if (value instanceof byte[] || value instanceof ByteBuffer) {
      return;
    } else if (value instanceof List<?> list) {
      list(random, list, depth);
    } else {
      field(random, value, depth + 1);
    }
  }

  private static void list(RandomGenerator random, List<?> items, int depth) throws Exception {
    if (items.isEmpty()) {
      return;
    }
    @SuppressWarnings("unchecked") // moved about, not looked at
    List<Object> list = (List<Object>) items;
    int at = random.nextInt(list.size());
    switch (random.nextInt(12)) {
      case 0 -> list.remove(at);
      case 1 -> list.add(at, list.get(random.nextInt(list.size())));
      case 2 -> list.add(list.remove(at));
      case 3 -> {
        for (int n = random.nextInt(1 << random.nextInt(1, 12)); n > 0; n--) {
          list.add(at, list.get(at));
        }
      }
      default -> {
        if (list.get(at) instanceof Enum<?> constant) {
          list.set(
              at, Damage.pick(random, List.of(constant.getDeclaringClass().getEnumConstants())));
        } else if (!(list.get(at) instanceof String)) {
          field(random, list.get(at), depth + 1);
        }
      }
    }
  }

  /** Puts a variable-length number somewhere: lengths of lists and texts are such. */
  private static byte[] varint(RandomGenerator random, byte[] thrift) {
    int at = random.nextInt(thrift.length);
    int end = at;
    while (end < thrift.length - 1 && thrift[end] < 0) {
      end++;
    }
    ByteArrayOutputStream number = new ByteArrayOutputStream();
    if (random.nextInt(3) == 0) {
      number.write(0xf0 | random.nextInt(13)); // a list of more than 14
    }
    long value = Damage.boundary(random);
    while ((value & ~0x7fL) != 0) {
      number.write((int) ((value & 0x7f) | 0x80));
      value >>>= 7;
    }
    number.write((int) value);
    return Damage.join(
        Arrays.copyOf(thrift, at), number.toByteArray(), Damage.rest(thrift, end + 1));
  }
}
