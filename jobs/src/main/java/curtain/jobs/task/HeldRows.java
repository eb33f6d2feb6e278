package curtain.jobs.task;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image's rows until its last one is known: an image whose rows are more than memory holds has
 * either all of them or an error. They wait in a file of {@code java.io.tmpdir}, of their own size.
 */
public final class HeldRows implements Rows, Closeable {
  private final Path file;
  private final ObjectOutputStream out;
  private final List<Table> tables = new ArrayList<>();

  /** Makes the file. */
  public HeldRows() throws IOException {
    this.file = Files.createTempFile("curtain", ".rows");
    try {
      this.out = new ObjectOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    } catch (IOException e) {
      Files.delete(file);
      throw e;
    }
  }

  @Override
  public void write(Table table, Object... row) throws IOException {
    tables.add(table);
    out.writeUnshared(row);
    // the stream would keep every row, so as to know it again
    out.reset();
  }

  /**
   * Hands the rows on, in their order; no more can be written.
   *
   * @throws IOException when storage fails
   */
  public void copyTo(Rows rows) throws IOException {
    out.close();
    try (ObjectInputStream in =
        new ObjectInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (Table table : tables) {
        rows.write(table, (Object[]) in.readUnshared());
      }
    } catch (ClassNotFoundException e) {
      throw new IOException(file + " does not hold what was written there", e);
    }
  }

  /** Deletes the file. */
  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
