package curtain.jobs.measures;

import curtain.compile.CompileOptions;
import curtain.compile.ProgramInfo.Layer;
import curtain.images.ClassList;
import curtain.images.Masks;
import curtain.images.source.SourceFiles;
import curtain.jobs.command.GateArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TargetArguments;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.Sha256;
import curtain.measures.Attribution;
import curtain.measures.Measure;
import curtain.measures.MeasureOptions;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options that choose measures and directions (spec 6). */
final class MeasuresArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private GateArguments gates;
  @Mixin private TargetArguments targets;
  @Mixin private TemperatureArguments temperatures;

  @Option(
      names = "--direction",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      hideParamSyntax = true,
      description =
          "Directions to measure besides pullback and gradient, which are always measured:"
              + " smoothgrad, with 16 more passes for each pass of the gradient;"
              + " integrated_gradients, with 32 more.")
  private List<Attribution> directions;

  @Option(
      names = "--measures",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      hideParamSyntax = true,
      converter = MeasureConverter.class,
      completionCandidates = Names.class,
      description =
          "Measures to take: noise_stability, insertion, deletion, sparsity, target_specificity,"
              + " randomisation:1, randomisation:half, randomisation:all; with --masks"
              + " localisation, pointing_game (default: all).")
  private List<Measure> measures;

  @Option(
      names = "--masks",
      paramLabel = "DIR",
      description =
          "Masks for localisation and pointing_game, a path or Hadoop URI: for each image a PNG of"
              + " its size at its relative path, with the extension .png or its own; pixels that"
              + " are not black are inside.")
  private String masks;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "314",
      description = "Seed of noise and permutations, a 64-bit integer (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** The options with which the network is compiled. */
  CompileOptions compile() {
    return gates.options();
  }

  /** The targets, read by the class list of the network. */
  TargetChoice targets(ClassList classes) {
    return targets.choose(classes);
  }

  /** The temperatures, see {@link TemperatureArguments#choose}. */
  TemperatureArguments.Chosen temperatures(Settings network, List<Layer> relus, Configuration conf)
      throws IOException, RunException {
    return temperatures.choose(network, relus, conf);
  }

  /** The directory of masks, or null. */
  String masks() {
    return masks;
  }

  /**
   * Checks the options before images and network are read.
   *
   * @param output the output, which must hold neither masks nor the calibration
   * @throws ParameterException where a name is given twice, or measures and masks do not fit
   * @throws IOException where there is no directory of masks
   */
  void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    temperatures.check(output, conf);
    refuseRepeated("--direction", directions);
    refuseRepeated("--measures", measures);
    if (measures != null && masks == null) {
      for (Measure measure : measures) {
        if (measure.needsMask()) {
          throw new ParameterException(
              command.commandLine(), "--measures " + measure + " needs --masks");
        }
      }
    }
    if (masks != null) {
      if (!options().needMasks()) {
        throw new ParameterException(
            command.commandLine(),
            "--masks has no effect without localisation or pointing_game among --measures");
      }
      Masks.check(masks, conf);
      output.spare("--masks", masks, conf);
    }
  }

  private void refuseRepeated(String option, List<?> values) {
    if (values != null && values.stream().distinct().count() < values.size()) {
      throw new ParameterException(
          command.commandLine(), option + " names one of " + values + " twice");
    }
  }

  /** The directions, measures and seed. */
  MeasureOptions options() {
    List<Attribution> all = new ArrayList<>(List.of(Attribution.PULLBACK, Attribution.GRADIENT));
    if (directions != null) {
      all.addAll(directions);
    }
    List<Measure> chosen =
        measures != null
            ? measures
            : Arrays.stream(Measure.values()).filter(m -> masks != null || !m.needsMask()).toList();
    return new MeasureOptions(all, chosen, seed);
  }

  /** The settings that decide results, without those of temperatures. */
  Settings settings(TargetChoice choice, Configuration conf) throws IOException {
    MeasureOptions options = options();
    Settings.Builder settings =
        Settings.builder()
            .addAll(gates.settings())
            .add("targets", choice)
            .add("direction", join(options.attributions()))
            .add("measures", join(options.measures()))
            .add("masks", masks == null ? "none" : OutputArguments.qualified(masks, conf));
    if (masks != null) {
      settings.add("masks_listing_sha256", listingSha256(SourceFiles.qualified(masks, conf), conf));
    }
    return settings.add("seed", seed).build();
  }

  /** The SHA-256 of the paths and sizes of all files, sorted, which tells whether masks changed. */
  private static String listingSha256(Path directory, Configuration conf) throws IOException {
    List<String> lines = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> files =
        directory.getFileSystem(conf).listFiles(directory, true);
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      lines.add(file.getPath().toUri().getPath() + '\0' + file.getLen() + '\n');
    }
    Collections.sort(lines);
    MessageDigest digest = Sha256.digest();
    lines.forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest);
  }

  private static String join(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Measure.names().iterator();
    }
  }

  private static final class MeasureConverter implements ITypeConverter<Measure> {
    @Override
    public Measure convert(String value) {
      try {
        return Measure.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
