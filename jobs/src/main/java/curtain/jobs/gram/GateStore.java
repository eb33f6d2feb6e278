package curtain.jobs.gram;

import curtain.jobs.shards.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A store of gates in files, while a Gram matrix is computed. Each image has a record of fixed
 * size: 8 bit pixels (3, H, W), the penultimate feature as little-endian float32, and packed gates.
 * A file holds the images of a shard by ordinal, and after all records a byte for each that says
 * whether it was written: another attempt may have left out images that the one that counts has.
 *
 * @param directory URI of the directory
 * @param recordBytes size of a record in bytes
 */
record GateStore(String directory, int recordBytes) implements Serializable {
  private static final String PREFIX = "records-";
  private static final String SUFFIX = ".bin";

  private Path file(long first) {
    return new Path(directory, PREFIX + String.format(Locale.ROOT, "%012d", first) + SUFFIX);
  }

  /** Opens a new file for images from this ordinal on. */
  Writer writer(long first, Configuration conf) throws IOException {
    return new Writer(first, conf);
  }

  /** Opens the files that exist now. */
  Reader reader(Configuration conf) throws IOException {
    return new Reader(conf);
  }

  /** Deletes the directory. */
  void delete(Configuration conf) throws IOException {
    Path path = new Path(directory);
    path.getFileSystem(conf).delete(path, true);
  }

  /** Writes one file, which gets its name, or is there, when it is committed. */
  final class Writer implements AutoCloseable {
    private final FileSystem fs;
    private final boolean store;
    private final Path temporary;
    private final Path whole;
    private final FSDataOutputStream out;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean committed;
    private long next;

    private Writer(long first, Configuration conf) throws IOException {
      Path home = new Path(directory);
      this.fs = home.getFileSystem(conf);
      this.store = ObjectStore.has(fs, home);
      this.temporary = new Path(home, "_" + UUID.randomUUID());
      this.whole = file(first);
      this.out = fs.create(store ? whole : temporary, true);
      this.next = first;
    }

    /** Writes the record of an image; ordinals ascend, and those left out get unused records. */
    void write(long ordinal, ByteBuffer... parts) throws IOException {
      for (; next < ordinal; next++) {
        out.write(new byte[recordBytes]);
        written.write(0);
      }
      int bytes = 0;
      try {
        for (ByteBuffer part : parts) {
          bytes += part.remaining();
          out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        }
      } catch (IOException | FSError e) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "gates cannot be stored in %s: %s; give --gate-store another directory, or none",
                directory,
                e.getMessage()),
            e);
      }
      if (bytes != recordBytes) {
        throw new IllegalStateException(bytes + " bytes in a record of " + recordBytes);
      }
      written.write(1);
      next++;
    }

    /** Gives the file its name. */
    void commit() throws IOException {
      out.write(written.toByteArray());
      out.close();
      committed = true;
      if (!store && !fs.exists(whole) && !fs.rename(temporary, whole) && !fs.exists(whole)) {
        throw new IOException("could not move " + temporary + " to " + whole);
      }
    }

    @Override
    public void close() throws IOException {
      if (store) {
        if (!committed) {
          out.abort(); // a file of an object store appears when it is closed
        }
        return;
      }
      try {
        out.close();
      } finally {
        fs.delete(temporary, false);
      }
    }
  }

  /** Reads records from all files. */
  final class Reader implements AutoCloseable {
    private final FileSystem fs;
    private final TreeMap<Long, FileStatus> files = new TreeMap<>();
    private final Map<Long, byte[]> written = new HashMap<>();
    private Path current;
    private FSDataInputStream in;

    private Reader(Configuration conf) throws IOException {
      Path home = new Path(directory);
      this.fs = home.getFileSystem(conf);
      try {
        for (FileStatus file : fs.listStatus(home)) {
          String name = file.getPath().getName();
          if (name.startsWith(PREFIX)) {
            String first = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
            files.put(Long.parseLong(first), file);
          }
        }
      } catch (FileNotFoundException e) {
        // The directory does not exist: the store holds nothing.
      }
    }

    /** Whether a file has the record of the image. */
    boolean holds(long ordinal) {
      Map.Entry<Long, FileStatus> file = files.floorEntry(ordinal);
      if (file == null) {
        return false;
      }
      byte[] flags = written.get(file.getKey());
      if (flags == null) {
        flags = flags(file.getValue());
        written.put(file.getKey(), flags);
      }
      long index = ordinal - file.getKey();
      return index < flags.length && flags[(int) index] == 1;
    }

    private byte[] flags(FileStatus file) {
      long records = file.getLen() / (recordBytes + 1L);
      byte[] flags = new byte[Math.toIntExact(records)];
      try (FSDataInputStream whole = fs.open(file.getPath())) {
        whole.readFully(records * recordBytes, flags);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return flags;
    }

    /** Reads the record of the image. */
    ByteBuffer read(long ordinal) throws IOException {
      Map.Entry<Long, FileStatus> file = files.floorEntry(ordinal);
      if (!file.getValue().getPath().equals(current)) {
        close();
        in = fs.open(file.getValue().getPath());
        current = file.getValue().getPath();
      }
      byte[] record = new byte[recordBytes];
      long position = (ordinal - file.getKey()) * recordBytes;
      if (in.getPos() != position) {
        in.seek(position);
      }
      in.readFully(record);
      return ByteBuffer.wrap(record);
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
        in = null;
        current = null;
      }
    }
  }
}
