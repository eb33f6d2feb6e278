package curtain.images.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a clone without Git LFS has in the place of a file. */
public final class GitLfs {
  /** What such a file is, and what to do; a clause that follows "is". */
  public static final String POINTER =
      "a pointer of Git LFS, not the file; fetch the file with git lfs pull";

  private static final byte[] START =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  /** The bytes of a file that {@link #isPointer} looks at. */
  public static final int HEAD = START.length;

  private GitLfs() {}

  /**
   * Whether a file is a pointer.
   *
   * @param start the file, or its first {@link #HEAD} bytes
   */
  public static boolean isPointer(byte[] start) {
    return start.length >= HEAD && Arrays.equals(start, 0, HEAD, START, 0, HEAD);
  }
}
