package curtain.images.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Text that people have edited: UTF-8, or what a byte order mark says, which is passed over. Lines
 * may end as on any system.
 */
public final class TextFiles {
  private static final int MARK = 3; // bytes of the longest

  private TextFiles() {}

  /**
   * The lines of a text.
   *
   * @param bytes the text from its start; closed with the reader
   * @throws IOException where storage fails; the reader's are {@link
   *     java.nio.charset.CharacterCodingException} where the bytes are no such text
   */
  public static BufferedReader reader(InputStream bytes) throws IOException {
    PushbackInputStream in = new PushbackInputStream(bytes, MARK);
    byte[] start = new byte[MARK];
    int n = in.readNBytes(start, 0, MARK);
    String text = new String(start, 0, n, StandardCharsets.ISO_8859_1);
    Charset charset = StandardCharsets.UTF_8;
    int mark = 0;
    if (text.equals("\u00ef\u00bb\u00bf")) {
      mark = MARK;
    } else if (text.startsWith("\u00ff\u00fe")) {
      charset = StandardCharsets.UTF_16LE;
      mark = 2;
    } else if (text.startsWith("\u00fe\u00ff")) {
      charset = StandardCharsets.UTF_16BE;
      mark = 2;
    }
    in.unread(start, mark, n - mark);
    return new BufferedReader(
        new InputStreamReader(in, charset.newDecoder())); // that reports what is malformed
  }
}
