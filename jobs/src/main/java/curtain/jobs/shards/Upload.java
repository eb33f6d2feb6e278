package curtain.jobs.shards;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Writes a file of an {@link ObjectStore} to its final key, in parts, without its being there: it
 * is there, at once and whole, when the commit {@linkplain #complete completes} it. So nothing is
 * copied from one key to another, no reader sees a file of a run that is not done, what was there
 * stays until then, and what a task writes that outlives its run never appears.
 */
final class Upload extends PositionOutputStream {
  /** The bytes of a part but the last, which are in memory. S3 takes no less than 5 MiB. */
  private static final int PART_BYTES = 8 << 20;

  /** Most lists of uploads that are ended at once. */
  private static final int MOST_LISTS = 1000;

  private final MultipartUploader uploader;
  private final Path file;
  private final UploadHandle upload;
  private final List<PartHandle> parts = new ArrayList<>();
  private ByteArrayOutputStream part = new ByteArrayOutputStream();
  private long sent;
  private boolean closed;

  /**
   * Begins an upload.
   *
   * @param file path that the file will have
   * @throws IOException when storage fails
   */
  Upload(FileSystem fs, Path file) throws IOException {
    this.uploader = uploader(fs, file);
    this.file = file;
    this.upload = result(uploader.startUpload(file));
  }

  private static MultipartUploader uploader(FileSystem fs, Path below) throws IOException {
    return fs.createMultipartUploader(below).build();
  }

  @Override
  public void write(int b) throws IOException {
    part.write(b);
    sendFull();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int now = Math.min(length - done, PART_BYTES - part.size());
      part.write(bytes, from + done, now);
      done += now;
      sendFull();
    }
  }

  private void sendFull() throws IOException {
    if (part.size() == PART_BYTES) {
      send();
    }
  }

  private void send() throws IOException {
    byte[] bytes = part.toByteArray();
    parts.add(
        result(
            uploader.putPart(
                upload, parts.size() + 1, file, new ByteArrayInputStream(bytes), bytes.length)));
    sent += bytes.length;
    part.reset();
  }

  @Override
  public long getPos() {
    return sent + part.size();
  }

  /** Uploads what is left; the file is not there yet. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      if (part.size() > 0 || parts.isEmpty()) {
        send();
      }
      uploader.close();
      part = new ByteArrayOutputStream(0); // this may be held until the commit
    }
  }

  /** What completes the file, once this is closed. */
  Uploaded uploaded() {
    return Uploaded.of(upload, parts, sent);
  }

  /** Has the store forget the file. */
  void abort() throws IOException {
    closed = true;
    result(uploader.abort(upload, file));
    uploader.close();
  }

  /** This upload as a file that a writer of Parquet opens. */
  OutputFile asFile() {
    return new OutputFile() {
      @Override
      public PositionOutputStream create(long blockSize) {
        return Upload.this;
      }

      @Override
      public PositionOutputStream createOrOverwrite(long blockSize) {
        return Upload.this;
      }

      @Override
      public boolean supportsBlockSize() {
        return false;
      }

      @Override
      public long defaultBlockSize() {
        return 0;
      }
    };
  }

  /**
   * Completes uploads, several at once; may be repeated, with those that were completed among them.
   *
   * @param files by name below the directory, where a file will be
   * @throws IOException when storage fails, or naming a file whose upload is gone
   */
  static void complete(FileSystem fs, Map<String, Uploaded> files, Path directory)
      throws IOException {
    List<Callable<Void>> all = new ArrayList<>();
    files.forEach(
        (name, file) ->
            all.add(
                () -> {
                  complete(fs, new Path(directory, name), file);
                  return null;
                }));
    Storage.atOnce(all);
  }

  private static void complete(FileSystem fs, Path file, Uploaded uploaded) throws IOException {
    try (MultipartUploader uploader = uploader(fs, file)) {
      result(uploader.complete(uploaded.uploadHandle(), file, uploaded.partHandles()));
    } catch (FileNotFoundException e) {
      // an upload that was completed is no more; its file is there
      if (!fs.exists(file) || fs.getFileStatus(file).getLen() != uploaded.bytes()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "the upload of %s is gone, by a rule of its bucket on unfinished uploads, or"
                    + " another run; give --overwrite to begin again",
                file),
            e);
      }
    }
  }

  /**
   * Has a store forget all uploads below a directory that are not completed; does nothing on other
   * storage.
   *
   * @throws IOException when storage fails
   */
  static void abandonAll(FileSystem fs, Path directory) throws IOException {
    if (ObjectStore.has(fs, directory)) {
      try (MultipartUploader uploader = uploader(fs, directory)) {
        // S3 lists a thousand at a time, and S3A asks for one list
        int rounds = 0;
        while (result(uploader.abortUploadsUnderPath(directory)) > 0 && rounds < MOST_LISTS) {
          rounds++;
        }
      }
    }
  }

  private static <T> T result(CompletableFuture<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof IOException known
          ? known
          : new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a file was uploaded");
    }
  }
}
