package curtain.images.source;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Kinds of files that hold many images, told by how a file begins and never by its name. */
public enum ContainerKind {
  TAR,
  PARQUET,
  TAR_GZ,
  ZIP;

  /** The bytes of a file that {@link #of} looks at: the header of a tar's first entry. */
  public static final int HEAD = 512;

  /** Where a tar has its magic word. */
  private static final int TAR_MAGIC = 257;

  /**
   * The kind of a file; empty where it begins like none of them. A tar has the name of its first
   * entry before its magic word, so the name may be any other kind's.
   *
   * @param start the file, or its first {@link #HEAD} bytes
   */
  public static Optional<ContainerKind> of(byte[] start) {
    String text = new String(start, 0, Math.min(start.length, HEAD), StandardCharsets.ISO_8859_1);
    if (text.startsWith("ustar", TAR_MAGIC)) {
      return Optional.of(TAR);
    }
    if (text.startsWith("PAR1")) {
      return Optional.of(PARQUET);
    }
    if (text.startsWith("\u001f\u008b")) {
      return Optional.of(TAR_GZ);
    }
    return text.startsWith("PK\3\4") || text.startsWith("PK\5\6")
        ? Optional.of(ZIP)
        : Optional.empty();
  }
}
