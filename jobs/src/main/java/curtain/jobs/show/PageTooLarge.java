package curtain.jobs.show;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** A page, or a part of one, has come to more bytes than it may have. */
public final class PageTooLarge extends IOException {
  /** Bytes of a page. */
  public static final long MOST_BYTES = 15_000_000;

  private static final long serialVersionUID = 1;

  private PageTooLarge(long most) {
    super(String.format(Locale.ROOT, "more than %,d bytes", most));
  }

  /** Passes bytes on until they are too many. */
  public static final class Limited extends OutputStream {
    private final OutputStream out;
    private final long most;
    private long written;

    /**
     * A stream of few enough bytes.
     *
     * @param out where they go; closed with this
     * @param most how many there may be
     */
    public Limited(OutputStream out, long most) {
      this.out = out;
      this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
      count(1);
      out.write(b);
    }

    /**
     * Writes bytes.
     *
     * @throws PageTooLarge where these would be too many; none of them is written
     */
    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      count(length);
      out.write(bytes, from, length);
    }

    private void count(int length) throws PageTooLarge {
      if (written + length > most) {
        throw new PageTooLarge(most);
      }
      written += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
