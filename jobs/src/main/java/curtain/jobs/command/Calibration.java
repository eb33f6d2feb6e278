package curtain.jobs.command;

import curtain.compile.ProgramInfo.Layer;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import curtain.jobs.task.Sha256;
import curtain.pullback.Temperatures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The standard deviations of a network's pre-activations, from an output of {@code curtain
 * calibrate}.
 */
final class Calibration {
  /** The least standard deviation of a channel, as a share of its layer's (spec 2). */
  private static final double LEAST_SHARE = 1e-3;

  /** The settings that must equal the network's. */
  private static final List<String> OF_THE_NETWORK =
      List.of("model", "weights_sha256", "mean", "std");

  /** The columns that are read. */
  private record Deviation(Integer layer, String name, Integer channel, Double std) {}

  private static final Table<Deviation> DEVIATIONS =
      CalibrationTables.CALIBRATION.select(Deviation.class);

  private final String given;
  private final List<Layer> relus;
  private final double[] layers;
  private final double[][] channels;

  private Calibration(String given, List<Layer> relus) {
    this.given = given;
    this.relus = relus;
    this.layers = new double[relus.size()];
    this.channels = new double[relus.size()][];
    Arrays.fill(layers, Double.NaN);
    for (int l = 0; l < channels.length; l++) {
      channels[l] = new double[relus.get(l).shape().get(0)];
      Arrays.fill(channels[l], Double.NaN);
    }
  }

  /**
   * Reads the table {@code calibration}.
   *
   * @param given value of {@code --calibration}
   * @param network settings of the network
   * @param relus the network's ReLU calls
   * @throws RunException when it is not a whole output of calibrate, or is another network's
   * @throws IOException when storage fails or a file is damaged
   */
  static Calibration read(String given, Settings network, List<Layer> relus, Configuration conf)
      throws IOException, RunException {
    FinishedOutput output =
        FinishedOutput.open("--calibration", given, CalibrationTables.COMMAND, conf);
    for (String name : OF_THE_NETWORK) {
      String was = output.setting(name);
      if (!was.equals(network.get(name))) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--calibration %s is another network's: its %s is %s, here it is %s; run curtain calibrate",
                given,
                name,
                was,
                network.get(name)));
      }
    }
    Calibration calibration = new Calibration(given, relus);
    List<Deviation> rows = new ArrayList<>();
    for (Path part : output.parts(DEVIATIONS.name())) {
      TableReader.forEach(DEVIATIONS, part, conf, rows::add);
    }
    for (Deviation row : rows) {
      calibration.take(row);
    }
    calibration.checkWhole();
    return calibration;
  }

  private void take(Deviation row) throws RunException {
    Integer layer = row.layer();
    Integer channel = row.channel();
    if (layer == null
        || row.std() == null
        || layer < 0
        || layer >= layers.length
        || !relus.get(layer).name().equals(row.name())
        || (channel != null && (channel < 0 || channel >= channels[layer].length))) {
      throw other(
          String.format(
              Locale.ROOT, "a row of layer %s (%s), channel %s", layer, row.name(), channel));
    }
    if (channel == null) {
      layers[layer] = row.std();
    } else {
      channels[layer][channel] = row.std();
    }
  }

  private void checkWhole() throws RunException {
    for (int l = 0; l < layers.length; l++) {
      int missing = (int) Arrays.stream(channels[l]).filter(Double::isNaN).count();
      if (missing > 0 || Double.isNaN(layers[l])) {
        throw other(
            String.format(
                Locale.ROOT,
                "no row for %d of the %d channels of layer %d (%s)",
                missing,
                channels[l].length,
                l,
                relus.get(l).name()));
      }
    }
  }

  private RunException other(String what) {
    return new RunException(
        String.format(
            Locale.ROOT,
            "--calibration %s has other layers or channels than the network: %s; run curtain calibrate",
            given,
            what));
  }

  /** The SHA-256 of all standard deviations, by layer, each before its channels. */
  String sha256() {
    MessageDigest digest = Sha256.digest();
    for (int l = 0; l < layers.length; l++) {
      ByteBuffer values = ByteBuffer.allocate(Double.BYTES * (1 + channels[l].length));
      values.putDouble(layers[l]);
      values.asDoubleBuffer().put(channels[l]);
      digest.update(values.array());
    }
    return Sha256.hex(digest);
  }

  /**
   * The temperatures T = a std for each factor a, std being that of the layer or the channel.
   *
   * @param factors the factors a
   * @param unit {@link TemperatureUnit#LAYER_STD} or {@link TemperatureUnit#CHANNEL_STD}
   * @throws RunException where a layer's pre-activations do not vary, or T is beyond the range of
   *     float32
   */
  Temperatures temperatures(List<Double> factors, TemperatureUnit unit) throws RunException {
    List<float[]> all = new ArrayList<>();
    for (int l = 0; l < layers.length; l++) {
      double[] own = unit == TemperatureUnit.LAYER_STD ? new double[] {layers[l]} : channels[l];
      float[] values = new float[factors.size() * own.length];
      for (int i = 0; i < values.length; i++) {
        double deviation = Math.max(own[i % own.length], LEAST_SHARE * layers[l]);
        values[i] = (float) (factors.get(i / own.length) * deviation);
        if (!(values[i] > 0 && Float.isFinite(values[i]))) {
          throw new RunException(
              String.format(
                  Locale.ROOT,
                  "--calibration %s: layer %d (%s) has a standard deviation of %s, no unit of temperatures; use --temperature-unit absolute",
                  given,
                  l,
                  relus.get(l).name(),
                  layers[l]));
        }
      }
      all.add(values);
    }
    return new Temperatures(factors.size(), all);
  }
}
