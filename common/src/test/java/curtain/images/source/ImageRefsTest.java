package curtain.images.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class ImageRefsTest {
  private static final int MANY = ImageRefs.IN_MEMORY + 1000;

  /** Of all kinds: labels, errors, folders of their own, long names, and halves of letters. */
  private static ImageRef image(int i) {
    String id = "n" + i / 100 + "/" + (i % 977 == 0 ? "\ud800" + "x".repeat(30_000) : "") + i;
    String directory = i % 3 == 0 ? "n" + i / 100 : i % 3 == 1 ? null : "other";
    Integer label = i % 5 == 0 ? Integer.valueOf(i) : null;
    return new ImageRef(
        i,
        id,
        directory,
        label,
        i % 2 == 0,
        "file:/s" + i / 1000,
        i,
        -1,
        i % 7 == 0 ? "odd" : null);
  }

  private static List<ImageRef> listed(int images) {
    ImageRefs.Builder builder = new ImageRefs.Builder();
    IntStream.range(0, images).mapToObj(ImageRefsTest::image).forEach(builder::add);
    assertEquals(images, builder.size());
    return builder.build();
  }

  @Test
  void manyImagesAreTheSameFromAFile() {
    List<ImageRef> images = listed(MANY);
    assertInstanceOf(ImageRefs.class, images);
    assertEquals(MANY, images.size());
    for (int i = 0; i < MANY; i++) {
      assertEquals(image(i), images.get(i));
    }
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      int at = random.nextInt(MANY);
      assertEquals(image(at), images.get(at));
    }
  }

  @Test
  void fewImagesAreInMemory() {
    assertFalse(listed(ImageRefs.IN_MEMORY) instanceof ImageRefs);
    assertEquals(List.of(), listed(0));
  }

  /** As a task gets them. */
  @Test
  void aPartIsSentAsItIs() throws IOException, ClassNotFoundException {
    List<ImageRef> part = ImageRefs.part(listed(MANY), MANY - 300, MANY);
    List<ImageRef> all = IntStream.range(MANY - 300, MANY).mapToObj(ImageRefsTest::image).toList();
    assertEquals(all, part);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(part);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(all, in.readObject());
    }
    assertEquals(
        Collections.nCopies(2, image(1)), ImageRefs.part(List.of(image(1), image(1)), 0, 2));
  }

  @Test
  void anIdIsInASetOnce() {
    IdSet ids = new IdSet();
    for (int i = 0; i < 50_000; i++) {
      assertFalse(ids.contains("id" + i));
      assertTrue(ids.add("id" + i));
    }
    for (int i = 0; i < 50_000; i++) {
      assertTrue(ids.contains("id" + i));
      assertFalse(ids.add("id" + i));
    }
    assertTrue(ids.add("\ud800"));
    assertTrue(ids.add("\ud801"), "no letter stands for another");
    assertTrue(ids.add(""));
  }
}
