package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.BBPartHandle;
import org.apache.hadoop.fs.BBUploadHandle;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.MultipartUploaderBuilder;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathHandle;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.hadoop.fs.impl.MultipartUploaderBuilderImpl;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, with the process dying at a chosen change to it: that change and every
 * later one fail. With the scheme {@code store} it is an object store: files appear when they are
 * closed, renames are refused, and uploads are pending until they are completed.
 */
public final class MortalFileSystem extends RawLocalFileSystem {
  private static final AtomicInteger CHANGES = new AtomicInteger();
  private static volatile int last = Integer.MAX_VALUE;

  /** Uploads that are not completed, by id; they outlive a process. */
  private static final Map<String, Pending> PENDING = new ConcurrentHashMap<>();

  private record Pending(Path file, Map<Integer, byte[]> parts) {}

  private boolean store;

  /** A configuration that knows the schemes {@code mortal} and {@code store}. */
  static Configuration configuration() {
    Configuration conf = new Configuration();
    for (String scheme : List.of("mortal", "store")) {
      conf.setClass("fs." + scheme + ".impl", MortalFileSystem.class, RawLocalFileSystem.class);
      conf.setBoolean("fs." + scheme + ".impl.disable.cache", true);
    }
    return conf;
  }

  /** Lets so many changes through from now on. */
  static void liveFor(int changes) {
    CHANGES.set(0);
    last = changes;
  }

  /** Changes asked for since {@link #liveFor}. */
  static int changes() {
    return CHANGES.get();
  }

  /** The files below a directory whose uploads are not completed. */
  static List<String> pending(java.nio.file.Path directory) {
    return PENDING.values().stream()
        .map(upload -> upload.file().toUri().getPath())
        .filter(file -> file.startsWith(directory + "/"))
        .sorted()
        .toList();
  }

  private static void change(String what, Path path) throws IOException {
    if (CHANGES.incrementAndGet() > last) {
      throw new IOException("died before " + what + " of " + path);
    }
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    store = uri.getScheme().equals("store");
    super.initialize(uri, conf);
  }

  @Override
  public URI getUri() {
    return URI.create(getScheme() + ":///");
  }

  @Override
  public String getScheme() {
    return store ? "store" : "mortal";
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return switch (capability) {
      case CommonPathCapabilities.FS_MULTIPART_UPLOADER, CommonPathCapabilities.ABORTABLE_STREAM ->
          store;
      default -> super.hasPathCapability(path, capability);
    };
  }

  /** Without the process {@code chmod} that the local file system starts for every file. */
  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    Files.setPosixFilePermissions(
        pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (store) {
      throw new IllegalStateException("a rename of " + from + " copies it");
    }
    change("rename", from);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change("delete", path);
    return super.delete(path, recursive);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (store) {
      if (!overwrite && exists(path)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      return new FSDataOutputStream(new Put(path), null);
    }
    change("create", path);
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  private void put(Path path, byte[] bytes) throws IOException {
    java.nio.file.Path file = pathToFile(path).toPath();
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** A file of a store, which is there when it is closed. */
  private final class Put extends ByteArrayOutputStream implements Abortable {
    private final Path path;
    private boolean ended;

    Put(Path path) {
      this.path = path;
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        change("put", path);
        put(path, toByteArray());
      }
    }

    @Override
    public AbortableResult abort() {
      ended = true;
      return null;
    }
  }

  @Override
  public MultipartUploaderBuilder<?, ?> createMultipartUploader(Path base) {
    return new Builder(base);
  }

  private final class Builder extends MultipartUploaderBuilderImpl<MultipartUploader, Builder> {
    Builder(Path base) {
      super(MortalFileSystem.this, base);
    }

    @Override
    public Builder getThisBuilder() {
      return this;
    }

    @Override
    public MultipartUploader build() {
      return new Uploads();
    }
  }

  private final class Uploads implements MultipartUploader {
    @Override
    public CompletableFuture<UploadHandle> startUpload(Path file) throws IOException {
      change("beginning the upload", file);
      String id = UUID.randomUUID().toString();
      PENDING.put(id, new Pending(file, new TreeMap<>()));
      return CompletableFuture.completedFuture(BBUploadHandle.from(bytes(id)));
    }

    @Override
    public CompletableFuture<PartHandle> putPart(
        UploadHandle upload, int number, Path file, InputStream in, long length)
        throws IOException {
      change("part " + number, file);
      pending(upload).parts().put(number, in.readNBytes((int) length));
      return CompletableFuture.completedFuture(BBPartHandle.from(bytes(Integer.toString(number))));
    }

    @Override
    public CompletableFuture<PathHandle> complete(
        UploadHandle upload, Path file, Map<Integer, PartHandle> parts) throws IOException {
      change("completion", file);
      Pending whole = pending(upload);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (Map.Entry<Integer, PartHandle> part : new TreeMap<>(parts).entrySet()) {
        String number = new String(part.getValue().toByteArray(), StandardCharsets.UTF_8);
        assertEquals(part.getKey().toString(), number);
        all.writeBytes(whole.parts().get(part.getKey()));
      }
      assertEquals(whole.file(), file);
      put(file, all.toByteArray());
      PENDING.remove(id(upload));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> abort(UploadHandle upload, Path file) throws IOException {
      change("abort", file);
      PENDING.remove(id(upload));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Integer> abortUploadsUnderPath(Path directory) throws IOException {
      change("aborts", directory);
      PENDING.values().removeIf(upload -> upload.file().toString().startsWith(directory + "/"));
      return CompletableFuture.completedFuture(0);
    }

    @Override
    public IOStatistics getIOStatistics() {
      return null;
    }

    @Override
    public void close() {
      // holds nothing
    }

    private Pending pending(UploadHandle upload) throws IOException {
      Pending pending = PENDING.get(id(upload));
      if (pending == null) {
        throw new FileNotFoundException("no such upload");
      }
      return pending;
    }

    private static String id(UploadHandle upload) {
      return new String(upload.toByteArray(), StandardCharsets.UTF_8);
    }

    private static ByteBuffer bytes(String text) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
