package curtain.jobs.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.TableReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The results of {@code kernel} that charts show.
 *
 * @param spectra eigenvalues by rank, by kernel
 * @param scores numbers of {@code kernel.json} by kernel and name, null where undefined; a number
 *     of a nested object has the object's name as prefix, as {@code knn_accuracy_5}
 */
record KernelResults(Map<String, double[]> spectra, Map<String, Map<String, Double>> scores) {
  /** The field of {@code kernel.json} that is a text. */
  private static final String NOTE = "note";

  /**
   * Reads the results.
   *
   * @throws RunException where a table or file is not there
   * @throws IOException when storage fails or one of them is damaged
   */
  static KernelResults read(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    List<SpectrumRow> rows = new ArrayList<>();
    for (Path part : input.parts(KernelTables.SPECTRUM.name())) {
      TableReader.forEach(KernelTables.SPECTRUM, part, conf, rows::add);
    }
    Map<String, List<SpectrumRow>> byKernel = new LinkedHashMap<>();
    rows.forEach(row -> byKernel.computeIfAbsent(row.kernel(), none -> new ArrayList<>()).add(row));
    Map<String, double[]> spectra = new LinkedHashMap<>();
    byKernel.forEach(
        (kernel, own) -> {
          own.sort(Comparator.comparingInt(SpectrumRow::rank));
          spectra.put(
              kernel,
              own.stream()
                  .mapToDouble(row -> row.eigenvalue() == null ? Double.NaN : row.eigenvalue())
                  .toArray());
        });
    return new KernelResults(spectra, scores(input, conf));
  }

  private static Map<String, Map<String, Double>> scores(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    Path file = new Path(input.root(), KernelTables.SCORES);
    JsonNode all;
    try (InputStream in = file.getFileSystem(conf).open(file)) {
      all = new ObjectMapper().readTree(in.readAllBytes());
    } catch (FileNotFoundException e) {
      throw new RunException(
          String.format(Locale.ROOT, "--input %s has no %s", input.given(), KernelTables.SCORES));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
    Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
    all.fields()
        .forEachRemaining(
            kernel -> {
              if (kernel.getValue().isObject()) {
                Map<String, Double> own = new LinkedHashMap<>();
                numbers("", kernel.getValue(), own);
                scores.put(kernel.getKey(), own);
              }
            });
    return scores;
  }

  private static void numbers(String begin, JsonNode node, Map<String, Double> found) {
    node.fields()
        .forEachRemaining(
            each -> {
              String name = begin + each.getKey();
              JsonNode value = each.getValue();
              if (value.isObject()) {
                numbers(name + "_", value, found);
              } else if (value.isNumber() || (value.isNull() && !name.equals(NOTE))) {
                found.put(name, value.isNull() ? null : value.asDouble());
              }
            });
  }
}
