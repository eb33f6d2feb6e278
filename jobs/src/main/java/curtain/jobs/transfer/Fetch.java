package curtain.jobs.transfer;

import curtain.images.source.LocalDisk;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code curtain fetch}: downloads Imagenette and torchvision's weights from where they are
 * published, and checks them. Files that are whole are kept; downloads that were cut are resumed.
 *
 * <pre>
 * ./curtain fetch imagenette2-160 squeezenet1_1 --output data
 * </pre>
 */
@Command(
    name = "fetch",
    description = "Download Imagenette or torchvision's weights, and check them.",
    footer = {
      "",
      "Names: imagenette2-160, imagenette2-320, imagenette2 (an archive, which",
      "--images of the other commands reads as it is: 99, 342 and 1,557 MB), and",
      "torchvision's networks: resnet18 to 152, vgg11 to 19 with and without _bn,",
      "densenet121 to 201, squeezenet1_0, squeezenet1_1, alexnet (the weights that",
      "torchvision calls IMAGENET1K_V1).",
      "",
      "Imagenette's SHA-256 is that of TensorFlow Datasets' list; the names of",
      "torchvision's files carry the first eight digits of theirs. Until a file is",
      "whole and right it is called NAME.part; the same command goes on with it. A file",
      "that is here and right is kept. No more is taken than the published size, of",
      "torchvision's files, where it was not published, 1,000 MB.",
      "Proxies: CURTAIN_JAVA_OPTS='-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT'.",
      "",
      "Example: curtain fetch imagenette2-160 squeezenet1_1 --output data",
    })
public final class Fetch implements Callable<Integer> {
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int FAILURES = 4;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      converter = PublishedFile.Converter.class,
      completionCandidates = PublishedFile.Keys.class,
      description = "What to download, see below.")
  private List<PublishedFile> files;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory for the files, on this machine; it is created if needed.")
  private Path output;

  @Option(
      names = "--from",
      paramLabel = "URL",
      converter = Mirror.class,
      description = "Directory of a mirror, http or https, that has the files by their names.")
  private URI mirror;

  @ArgGroup private There there = new There();

  /** The options on files that exist, of which at most one may be given. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description =
            "Replace an existing file whose checksum is wrong, when the new one is whole.")
    private boolean overwrite;

    @SuppressWarnings("unused") // it is the default; picocli refuses it beside --overwrite
    @Option(
        names = "--resume",
        description =
            "Keep whole files and go on with cut downloads, which is the default; a file whose"
                + " checksum is wrong is refused.")
    private boolean resume;
  }

  @Override
  public Integer call() throws Exception {
    try {
      Files.createDirectories(output);
    } catch (FileSystemException e) {
      throw new IOException(
          "--output "
              + output
              + " cannot be made a directory; choose another ("
              + LocalDisk.reason(e)
              + ")",
          e);
    }
    for (PublishedFile published : new LinkedHashSet<>(files)) {
      fetch(published, output.resolve(published.name()));
    }
    return 0;
  }

  private void fetch(PublishedFile published, Path file) throws IOException, InterruptedException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a directory; choose another --output");
    }
    if (Files.exists(file)) {
      String fault = published.fault(file);
      if (fault == null) {
        say(file, "is here already");
        return;
      }
      if (!there.overwrite) {
        throw new IOException(
            file + " " + fault + "; move it away, or give --overwrite to download it again");
      }
    }
    URI site = mirror == null ? URI.create(published.site()) : mirror;
    PrintWriter err = spec.commandLine().getErr();
    if (!GeneralArguments.isQuiet(spec)) {
      err.printf(Locale.ROOT, "curtain fetch: %s from %s%n", published.name(), site);
      err.flush();
    }
    long start = System.nanoTime();
    try (Progress progress = Progress.standard(spec.name(), err, GeneralArguments.isQuiet(spec))) {
      new Download(progress, SILENCE, PAUSE, FAILURES)
          .run(site.resolve(published.name()), published, file);
    } catch (FileSystemException e) {
      throw new IOException("--output " + output + " cannot be written: " + LocalDisk.reason(e), e);
    }
    say(file, "is here, " + Progress.duration((System.nanoTime() - start) / 1_000_000_000L));
  }

  private void say(Path file, String what) throws IOException {
    if (!GeneralArguments.isQuiet(spec)) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          Locale.ROOT,
          "curtain fetch: %s %s (%,d bytes, checksum right)%n",
          file,
          what,
          Files.size(file));
      err.flush();
    }
  }

  /** Reads the address of a mirror, http or https, and ends it with a slash. */
  static final class Mirror implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      try {
        URI uri = URI.create(value.endsWith("/") ? value : value + "/");
        if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
          return uri;
        }
      } catch (IllegalArgumentException e) {
        // refused below
      }
      throw new TypeConversionException("'" + value + "' is no http or https address");
    }
  }
}
