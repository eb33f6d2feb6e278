package curtain.jobs.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in lower-case hexadecimal digits. */
public final class Sha256 {
  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The digest of a file's bytes. */
  public static String of(Path file) throws IOException {
    return of(Files.newInputStream(file));
  }

  /** The digest of a stream's bytes up to its end; closes the stream. */
  public static String of(InputStream bytes) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = new DigestInputStream(bytes, digest)) {
      while (in.read(buffer) >= 0) {
        // Reading updates the digest.
      }
    }
    return hex(digest);
  }
}
