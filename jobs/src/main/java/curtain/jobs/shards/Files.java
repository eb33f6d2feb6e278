package curtain.jobs.shards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The operations on files that runs need, on any Hadoop file system. */
final class Files {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Files() {}

  /** A path in the directory that no other attempt uses. */
  static Path unique(Path directory) {
    return new Path(directory, UUID.randomUUID().toString());
  }

  /**
   * Moves a finished file to its name. Where a file of this name exists, it is that of another
   * attempt with the same rows, which the commit may be reading: it stays, and the new one is
   * deleted.
   */
  static void publish(FileSystem fs, Path from, Path to) throws IOException {
    fs.mkdirs(to.getParent());
    if (!fs.exists(to) && fs.rename(from, to)) {
      return;
    }
    if (!fs.exists(to)) {
      throw new IOException("could not move " + from + " to " + to);
    }
    fs.delete(from, false);
  }

  /**
   * The Parquet files of a table's directory in the order of their names, which is that of the
   * shards.
   *
   * @throws FileNotFoundException when there is no such directory
   */
  static List<Path> parts(FileSystem fs, Path directory) throws IOException {
    return Arrays.stream(fs.listStatus(directory))
        .map(FileStatus::getPath)
        .filter(path -> path.getName().endsWith(".parquet") && !path.getName().startsWith("_"))
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  /**
   * Moves a file or a directory, the latter file by file where the target exists; may be repeated.
   */
  static void move(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.exists(from)) {
      return;
    }
    if (fs.getFileStatus(from).isFile()) {
      publish(fs, from, to);
      return;
    }
    if (!fs.exists(to) && fs.rename(from, to)) {
      return;
    }
    for (FileStatus file : fs.listStatus(from)) {
      publish(fs, file.getPath(), new Path(to, file.getPath().getName()));
    }
    fs.delete(from, true);
  }

  /** Writes a value as JSON, whole or not at all, unless the file is there. */
  static void publishJson(FileSystem fs, Path temporary, Path file, Object value)
      throws IOException {
    Path unique = unique(temporary);
    try (OutputStream out = fs.create(unique, true)) {
      out.write(JSON.writeValueAsBytes(value));
      out.write('\n');
    }
    publish(fs, unique, file);
  }

  /** Writes a value as JSON, whole or not at all, in place of what is there. */
  static void replaceJson(FileSystem fs, Path temporary, Path file, Object value)
      throws IOException {
    fs.delete(file, false);
    publishJson(fs, temporary, file, value);
  }

  /**
   * Reads a JSON file.
   *
   * @return the value, or null when there is no file
   * @throws IOException naming the file when it does not hold such a value
   */
  static <T> T readJson(FileSystem fs, Path file, Class<T> type) throws IOException {
    try (InputStream in = fs.open(file)) {
      return JSON.readValue(in.readAllBytes(), type);
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  static FileSystem of(Path path, Configuration conf) throws IOException {
    return path.getFileSystem(conf);
  }
}
