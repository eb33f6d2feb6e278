package curtain.images;

import curtain.OneLine;
import curtain.images.decode.ImageDecoder;
import curtain.images.decode.PixelLimit;
import curtain.images.decode.Rgb;
import curtain.images.decode.Transforms;
import curtain.images.parquet.ColumnFile;
import curtain.images.parquet.ParquetImages;
import curtain.images.parquet.ParquetTable;
import curtain.images.parquet.StoredPixels;
import curtain.images.source.BadImageException;
import curtain.images.source.CloseableIterator;
import curtain.images.source.Container;
import curtain.images.source.ContainerKind;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.SourceFiles;
import curtain.images.tar.TarEntries;
import curtain.images.tar.TarGzEntries;
import curtain.images.zip.ZipEntries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;

/** Yields one outcome for each listed image; keeps the containers it reads from open. */
final class ImageLoader implements CloseableIterator<Outcome> {
  /** Open containers at once: enough where the rows of a few part files alternate by ordinal. */
  private static final int OPEN = 4;

  private final List<ImageRef> refs;
  private final Iterator<ImageRef> left;
  private final ImageOptions options;
  private final Configuration conf;
  private final LinkedHashMap<String, Container> containers = new LinkedHashMap<>(8, 0.75f, true);

  ImageLoader(List<ImageRef> refs, ImageOptions options, Configuration conf) {
    this.refs = List.copyOf(refs);
    this.left = this.refs.iterator();
    this.options = options;
    this.conf = conf;
  }

  @Override
  public boolean hasNext() {
    return left.hasNext();
  }

  @Override
  public Outcome next() {
    if (!left.hasNext()) {
      throw new NoSuchElementException();
    }
    ImageRef ref = left.next();
    if (ref.error() != null) {
      return new ImageError(ref, ref.error());
    }
    try {
      return ref.isFile()
          ? loadFile(ref)
          : container(ref.file(), ref.length() < 0).load(ref, options);
    } catch (BadImageException e) {
      return new ImageError(ref, e.getMessage());
    } catch (OutOfMemoryError e) {
      return noMemory(ref);
    } catch (IOException e) {
      throw new UncheckedIOException(ref.file() + ": " + OneLine.of(e), e);
    }
  }

  static Outcome decode(ImageRef ref, byte[] file, ImageOptions options) {
    try {
      return ImageDecoder.decode(ref, file, options);
    } catch (BadImageException e) {
      return new ImageError(ref, e.getMessage());
    } catch (OutOfMemoryError e) {
      return noMemory(ref);
    }
  }

  static Outcome transform(
      ImageRef ref, int width, int height, int channels, byte[] pixels, ImageOptions options) {
    try {
      PixelLimit.check(width, height, options.maxPixels());
      return Transforms.apply(ref, Rgb.blueFirst(width, height, pixels, channels), null, options);
    } catch (BadImageException e) {
      return new ImageError(ref, e.getMessage());
    } catch (OutOfMemoryError e) {
      return noMemory(ref);
    }
  }

  /**
   * The error of an image for which the transform, or a copy, finds no memory; a decoder reports
   * its own.
   */
  private static ImageError noMemory(ImageRef ref) {
    return new ImageError(ref, "no memory for its pixels; lower max pixels, or give more memory");
  }

  private DecodedImage loadFile(ImageRef ref) throws IOException, BadImageException {
    byte[] bytes;
    try (FSDataInputStream in = SourceFiles.openRegular(ref.file(), conf)) {
      bytes = SourceFiles.read(in, 0, ref.length());
    } catch (FileNotFoundException e) { // as Hadoop reports a file without permission, too
      throw new BadImageException("vanished, or not readable, since it was listed", e);
    } catch (ChecksumException e) {
      throw new BadImageException(
          "its bytes do not have the checksum that was stored; if the file was changed on purpose,"
              + " delete the .crc file beside it",
          e);
    }
    return ImageDecoder.decode(ref, bytes, options);
  }

  private Container container(String file, boolean parquet) throws IOException {
    Container open = containers.get(file);
    if (open == null) {
      while (containers.size() >= OPEN) {
        Iterator<Map.Entry<String, Container>> oldest = containers.entrySet().iterator();
        Container container = oldest.next().getValue();
        oldest.remove();
        container.close();
      }
      open = parquet ? openParquet(file) : openArchive(file);
      containers.put(file, open);
    }
    return open;
  }

  private Container openParquet(String file) throws IOException {
    ColumnFile images = ColumnFile.of(file);
    ParquetTable table = ParquetTable.open(images.path(), conf);
    if (StoredPixels.accepts(table.schema())) {
      return new StoredPixels(table);
    }
    try {
      return new ParquetImages(table, images.column());
    } catch (IOException e) {
      table.close();
      throw e;
    }
  }

  private Container openArchive(String file) throws IOException {
    // A tar of before POSIX, which is listed by its name, has no magic word.
    return switch (SourceFiles.kind(file, conf).orElse(ContainerKind.TAR)) {
      case ZIP -> new ZipEntries(file, conf);
      case TAR_GZ -> new TarGzEntries(file, wanted(file), conf);
      case TAR -> new TarEntries(file, conf);
      case PARQUET -> throw new IOException("it changed since it was listed");
    };
  }

  private List<ImageRef> wanted(String file) {
    return refs.stream().filter(ref -> ref.error() == null && ref.file().equals(file)).toList();
  }

  /** Closes every container, and then throws the first failure. */
  @Override
  public void close() throws IOException {
    ArrayDeque<Container> open = new ArrayDeque<>(containers.values());
    containers.clear();
    IOException failure = null;
    for (Container container : open) {
      try {
        container.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
