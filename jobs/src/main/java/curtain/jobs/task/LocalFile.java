package curtain.jobs.task;

import curtain.images.source.SourceFiles;
import curtain.network.Architecture;
import curtain.network.FoundNetwork;
import curtain.network.Normalisation;
import curtain.network.StateDictChoice;
import curtain.weights.WeightsException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A file of any Hadoop file system as a local file: itself, or a copy that is deleted when this is
 * closed.
 *
 * @param path path of the local file
 * @param uri URI or path as the user gave it
 * @param copied whether {@code path} is a copy
 */
public record LocalFile(Path path, String uri, boolean copied) implements Closeable {
  /**
   * Opens a file, and copies it where it is not local.
   *
   * @param option option that names the file
   * @param uri any Hadoop file system URI, or a plain path
   * @throws IOException naming the option, where it does not exist or is a directory
   */
  public static LocalFile of(String option, String uri, Configuration conf) throws IOException {
    String scheme = uri.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
    if (uri.contains(":/") && scheme.matches("https?|ftp")) {
      throw new IOException(
          option
              + " "
              + uri
              + ": files are not read from the web: download it, and give the file ('./curtain"
              + " fetch' downloads torchvision's weights)");
    }
    org.apache.hadoop.fs.Path given;
    FileSystem fs;
    try {
      given = SourceFiles.path(uri);
      fs = given.getFileSystem(conf);
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException(option + " " + uri + ": " + e.getMessage(), e);
    }
    org.apache.hadoop.fs.Path file = fs.makeQualified(given);
    if ("file".equals(file.toUri().getScheme())) {
      Path local = Path.of(file.toUri().getPath());
      if (!Files.exists(local)) {
        throw new IOException(option + " " + uri + " does not exist");
      }
      return new LocalFile(local, uri, false);
    }
    Path copy = Files.createTempFile("curtain", ".weights");
    try {
      fs.copyToLocalFile(false, file, new org.apache.hadoop.fs.Path(copy.toUri()), true);
      return new LocalFile(copy, uri, true);
    } catch (FileNotFoundException e) {
      Files.deleteIfExists(copy);
      throw new IOException(option + " " + file + " does not exist", e);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  /**
   * Reads the network whose weights the file holds, and says where these are. Errors name the file
   * as the user did.
   *
   * @param choice where the state dict is, as far as the user says
   * @param notes receives what the user should know of how the file was read: clauses that follow
   *     its name
   * @throws WeightsException when it is no weights file, or not one of the model
   * @throws IOException when it cannot be read
   */
  public FoundNetwork network(
      Architecture model,
      Normalisation normalisation,
      StateDictChoice choice,
      Consumer<String> notes)
      throws IOException {
    try {
      return model.find(path, normalisation, choice, notes);
    } catch (WeightsException e) {
      if (!copied) {
        throw e;
      }
      throw new IOException(e.getMessage().replace(path.toString(), uri), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (copied) {
      Files.deleteIfExists(path);
    }
  }
}
