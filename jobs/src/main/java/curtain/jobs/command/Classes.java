package curtain.jobs.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.images.ClassList;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes that labels and targets are read by.
 *
 * @param list the classes
 * @param origin where they are from
 */
public record Classes(ClassList list, Origin origin) {
  /** Where classes are from. */
  public enum Origin {
    /** Those that go with the model, or mere indices. */
    MODEL,
    /** The file of {@code --labels}. */
    FILE,
    /** The folders of the images, in the order of their names. */
    FOLDERS
  }

  /** Value of the setting {@code labels} where the classes are folders. */
  public static final String FOLDERS = "the folders of --images";

  /** Name of the setting that then holds the folders, as an array in JSON. */
  public static final String NAMES = "label_folders";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

  /** The folders as a setting holds them. */
  String joined() {
    try {
      return JSON.writeValueAsString(
          IntStream.range(0, list.size()).mapToObj(list::directory).toList());
    } catch (JsonProcessingException e) { // strings can always be written
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The classes of a run whose setting holds these folders, also as outputs made before had them,
   * with {@code /} between them.
   */
  public static ClassList ofJoined(String folders) {
    try {
      return ClassList.folders(JSON.readValue(folders, STRINGS));
    } catch (JsonProcessingException e) {
      return ClassList.folders(Arrays.asList(folders.split("/", -1)));
    }
  }
}
