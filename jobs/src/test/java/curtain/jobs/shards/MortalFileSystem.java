package curtain.jobs.shards;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, with the process dying at a chosen change to it: that change and every
 * later one fail.
 */
public final class MortalFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("mortal:///");
  private static final AtomicInteger CHANGES = new AtomicInteger();
  private static volatile int last = Integer.MAX_VALUE;

  /** A configuration that knows the scheme {@code mortal}. */
  static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.setClass("fs.mortal.impl", MortalFileSystem.class, RawLocalFileSystem.class);
    conf.setBoolean("fs.mortal.impl.disable.cache", true);
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

  private static void change(String what, Path path) throws IOException {
    if (CHANGES.incrementAndGet() > last) {
      throw new IOException("died before " + what + " of " + path);
    }
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  /** Without the process {@code chmod} that the local file system starts for every file. */
  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    Files.setPosixFilePermissions(
        pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
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
    change("create", path);
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }
}
