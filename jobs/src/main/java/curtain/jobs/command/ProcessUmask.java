package curtain.jobs.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The umask of this process, for Hadoop's file systems: they set the permissions of what they make
 * by themselves, by a umask of their own, 022 if nobody configured it.
 */
final class ProcessUmask {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern LINE = Pattern.compile("(?m)^Umask:\\s*0*([0-7]{3})$");

  private ProcessUmask() {}

  /** Sets this process's umask, unless the settings have another than Hadoop's own default. */
  static void applyTo(Configuration conf) {
    String[] sources = conf.getPropertySources(FsPermission.UMASK_LABEL);
    boolean configured =
        sources != null && Arrays.stream(sources).anyMatch(each -> !each.contains("core-default"));
    if (!configured) {
      read().ifPresent(umask -> conf.set(FsPermission.UMASK_LABEL, umask));
    }
  }

  /** As three octal digits; nothing where the kernel does not tell it (Linux does since 4.7). */
  private static Optional<String> read() {
    try {
      Matcher line = LINE.matcher(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
      return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
