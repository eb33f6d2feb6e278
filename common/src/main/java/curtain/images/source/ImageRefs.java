package curtain.images.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Listed images of a set that may have millions: from {@link #IN_MEMORY} on they lie in a temporary
 * file, from which blocks of neighbours are read; 8 bytes for each block are in memory. The file
 * has no name once it is open, where the system allows that, and ends with the list.
 */
public final class ImageRefs extends AbstractList<ImageRef> implements RandomAccess {
  /** The most images that are kept in memory. */
  public static final int IN_MEMORY = 1 << 16;

  private static final int BLOCK = 128; // images that are read together
  private static final int BUFFER = 1 << 20;

  private final FileChannel file;
  private final long[] starts; // of blocks, and the end of the last one
  private final int size;
  private int block = -1; // the one that was read last
  private List<ImageRef> last = List.of();

  private ImageRefs(FileChannel file, long[] starts, int size) {
    this.file = file;
    this.starts = starts;
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public synchronized ImageRef get(int index) {
    Objects.checkIndex(index, size);
    if (index / BLOCK != block) {
      block = index / BLOCK;
      last = Packed.unpack(read(starts[block], starts[block + 1]));
    }
    return last.get(index % BLOCK);
  }

  private byte[] read(long from, long to) {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    try {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException("the temporary file of listed images ends early");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.array();
  }

  /**
   * A part of a list, which is read where it lies in a file, or sent elsewhere, when it is asked
   * for.
   */
  public static List<ImageRef> part(List<ImageRef> images, int from, int to) {
    return images instanceof ImageRefs stored
        ? new Part(stored, from, to)
        : new ArrayList<>(images.subList(from, to));
  }

  /** A part of a list in a file; elsewhere it is a list in memory. */
  private static final class Part extends AbstractList<ImageRef>
      implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1L;

    private final transient ImageRefs all;
    private final transient int from;
    private final transient int to;

    Part(ImageRefs all, int from, int to) {
      Objects.checkFromToIndex(from, to, all.size());
      this.all = all;
      this.from = from;
      this.to = to;
    }

    @Override
    public int size() {
      return to - from;
    }

    @Override
    public ImageRef get(int index) {
      return all.get(from + Objects.checkIndex(index, to - from));
    }

    private Object writeReplace() {
      return new Packed(Packed.pack(this));
    }
  }

  /** Images as bytes: what one has in common with the one before it is left out. */
  private static final class Packed implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int SAME_FILE = 1;
    private static final int LABEL = 2;
    private static final int TOLD = 4;
    private static final int DIRECTORY = 8; // that is not the one of the id
    private static final int NO_DIRECTORY = 16;
    private static final int ERROR = 32;
    private static final int CHARS = 20_000; // at once: at most 65,535 bytes

    private final byte[] bytes;

    Packed(byte[] bytes) {
      this.bytes = bytes;
    }

    private Object readResolve() {
      return new ArrayList<>(unpack(bytes));
    }

    static byte[] pack(List<ImageRef> images) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        ImageRef before = null;
        for (ImageRef image : images) {
          write(image, before, out);
          before = image;
        }
      } catch (IOException e) { // there is no storage
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    static List<ImageRef> unpack(byte[] bytes) {
      List<ImageRef> images = new ArrayList<>();
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        ImageRef before = null;
        while (in.available() > 0) {
          before = read(before, in);
          images.add(before);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return images;
    }

    private static void write(ImageRef image, ImageRef before, DataOutputStream out)
        throws IOException {
      boolean sameFile = before != null && before.file().equals(image.file());
      String derived = FileNames.directory(image.imageId());
      boolean own = !Objects.equals(derived, image.directory());
      out.writeByte(
          (sameFile ? SAME_FILE : 0)
              | (image.label() != null ? LABEL : 0)
              | (image.told() ? TOLD : 0)
              | (own ? DIRECTORY : 0)
              | (own && image.directory() == null ? NO_DIRECTORY : 0)
              | (image.error() != null ? ERROR : 0));
      out.writeLong(image.ordinal());
      writeText(image.imageId(), before == null ? "" : before.imageId(), out);
      if (!sameFile) {
        writeText(image.file(), before == null ? "" : before.file(), out);
      }
      out.writeLong(image.position());
      out.writeLong(image.length());
      if (image.label() != null) {
        out.writeInt(image.label());
      }
      if (own && image.directory() != null) {
        writeText(image.directory(), "", out);
      }
      if (image.error() != null) {
        writeText(image.error(), "", out);
      }
    }

    private static ImageRef read(ImageRef before, DataInputStream in) throws IOException {
      int flags = in.readUnsignedByte();
      long ordinal = in.readLong();
      String id = readText(before == null ? "" : before.imageId(), in);
      String file =
          (flags & SAME_FILE) != 0
              ? before.file()
              : readText(before == null ? "" : before.file(), in);
      long position = in.readLong();
      long length = in.readLong();
      Integer label = (flags & LABEL) != 0 ? (Integer) in.readInt() : null;
      String directory = null;
      if ((flags & DIRECTORY) == 0) {
        directory = FileNames.directory(id);
      } else if ((flags & NO_DIRECTORY) == 0) {
        directory = readText("", in);
      }
      String error = (flags & ERROR) != 0 ? readText("", in) : null;
      return new ImageRef(
          ordinal, id, directory, label, (flags & TOLD) != 0, file, position, length, error);
    }

    /** Writes a text: the number of letters that it begins with like another one, and the rest. */
    private static void writeText(String text, String like, DataOutputStream out)
        throws IOException {
      int same = 0;
      int most = Math.min(text.length(), like.length());
      while (same < most && text.charAt(same) == like.charAt(same)) {
        same++;
      }
      out.writeInt(same);
      out.writeInt(text.length());
      for (int i = same; i < text.length(); i += CHARS) {
        out.writeUTF(text.substring(i, Math.min(text.length(), i + CHARS)));
      }
    }

    private static String readText(String like, DataInputStream in) throws IOException {
      int same = in.readInt();
      int length = in.readInt();
      StringBuilder text = new StringBuilder(length).append(like, 0, same);
      while (text.length() < length) {
        text.append(in.readUTF());
      }
      return text.toString();
    }
  }

  /** Collects images in order. */
  public static final class Builder {
    private List<ImageRef> memory = new ArrayList<>();
    private FileChannel file;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private long written;
    private long[] starts = new long[1024];
    private int blocks;
    private int size;

    /**
     * Adds an image.
     *
     * @throws UncheckedIOException where the temporary file cannot be written
     */
    public void add(ImageRef image) {
      memory.add(image);
      size++;
      if (file == null && memory.size() > IN_MEMORY) {
        file = open();
        List<ImageRef> all = memory;
        memory = new ArrayList<>(BLOCK);
        for (int i = 0; i < all.size(); i++) {
          memory.add(all.get(i));
          flushFull();
        }
      } else if (file != null) {
        flushFull();
      }
    }

    private void flushFull() {
      if (memory.size() == BLOCK) {
        flush();
      }
    }

    private void flush() {
      if (blocks + 1 == starts.length) {
        starts = Arrays.copyOf(starts, 2 * starts.length);
      }
      byte[] bytes = Packed.pack(memory);
      memory.clear();
      buffer.writeBytes(bytes);
      starts[blocks + 1] = starts[blocks] + bytes.length;
      blocks++;
      if (buffer.size() >= BUFFER) {
        write();
      }
    }

    private void write() {
      ByteBuffer bytes = ByteBuffer.wrap(buffer.toByteArray());
      buffer.reset();
      try {
        while (bytes.hasRemaining()) {
          written += file.write(bytes, written);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static FileChannel open() {
      try {
        Path path = Files.createTempFile("curtain-", ".listing");
        FileChannel channel =
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        try {
          Files.deleteIfExists(path);
        } catch (IOException e) { // a system on which an open file keeps its name
          path.toFile().deleteOnExit();
        }
        return channel;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The number of images so far. */
    public int size() {
      return size;
    }

    /** The images, which cannot be changed. Nothing is added afterwards. */
    public List<ImageRef> build() {
      if (file == null) {
        return List.copyOf(memory);
      }
      if (!memory.isEmpty()) {
        flush();
      }
      write();
      return new ImageRefs(file, Arrays.copyOf(starts, blocks + 1), size);
    }
  }
}
