package curtain.jobs.shards;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import curtain.engine.Machine;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The operations on files that runs need, on any Hadoop file system. */
final class Storage {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addMixIn(Machine.class, MachineForm.class)
          .build();

  /** A machine without a GPU says nothing of one. */
  private interface MachineForm {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SuppressWarnings("unused") // Jackson reads it
    String gpu();
  }

  /** Files that a commit moves, or uploads that it completes, at once. */
  private static final int MOVERS = 16;

  private Storage() {}

  /** A path in the directory that no other attempt uses. */
  static Path unique(Path directory) {
    return new Path(directory, UUID.randomUUID().toString());
  }

  /**
   * Moves a finished file to its name. Where a file of this name exists, it stays and the new one
   * is deleted: it is the marker of another attempt, or this very file, copied by a rename that was
   * stopped before it deleted the original.
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
   * Moves finished files to their names, several at once, in place of what is there; may be
   * repeated, with those that were moved among them.
   *
   * @param files by name below the directory, where a file is
   */
  static void publish(FileSystem fs, Map<String, Path> files, Path directory) throws IOException {
    List<Callable<Void>> moves = new ArrayList<>();
    files.forEach(
        (name, file) ->
            moves.add(
                () -> {
                  replace(fs, file, new Path(directory, name));
                  return null;
                }));
    atOnce(moves);
  }

  /** Does steps of a commit, several at once. */
  static void atOnce(List<Callable<Void>> steps) throws IOException {
    ExecutorService movers = Executors.newFixedThreadPool(MOVERS);
    try {
      for (Future<Void> done : movers.invokeAll(steps)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the output was made whole");
    } finally {
      movers.shutdownNow();
    }
  }

  /** Moves a file to its name, in place of what is there, unless it was moved before. */
  private static void replace(FileSystem fs, Path from, Path to) throws IOException {
    if (fs.exists(from)) {
      fs.delete(to, false);
    }
    publish(fs, from, to);
  }

  /** Writes a value as JSON, whole or not at all, unless the file is there. */
  static void publishJson(FileSystem fs, Path temporary, Path file, Object value)
      throws IOException {
    if (ObjectStore.has(fs, file)) {
      if (!fs.exists(file)) {
        putJson(fs, file, value);
      }
      return;
    }
    Path unique = unique(temporary);
    try (OutputStream out = fs.create(unique, true)) {
      writeJson(out, value);
    }
    publish(fs, unique, file);
  }

  /** Writes a value to an object store, where a file appears when it is closed. */
  private static void putJson(FileSystem fs, Path file, Object value) throws IOException {
    try (OutputStream out = fs.create(file, true)) {
      writeJson(out, value);
    }
  }

  /** Writes a value as JSON. */
  static void writeJson(OutputStream out, Object value) throws IOException {
    out.write(JSON.writeValueAsBytes(value));
    out.write('\n');
  }

  /** Writes a value as JSON, whole or not at all, in place of what is there. */
  static void replaceJson(FileSystem fs, Path temporary, Path file, Object value)
      throws IOException {
    if (ObjectStore.has(fs, file)) {
      putJson(fs, file, value);
      return;
    }
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
    byte[] json = read(fs, file);
    try {
      return json == null ? null : parseJson(json, type);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a value from JSON.
   *
   * @throws JsonProcessingException where the bytes are none of such a value
   */
  static <T> T parseJson(byte[] json, Class<T> type) throws IOException {
    return JSON.readValue(json, type);
  }

  /** The bytes of a small file, or null when there is no file. */
  static byte[] read(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  static FileSystem of(Path path, Configuration conf) throws IOException {
    return path.getFileSystem(conf);
  }
}
