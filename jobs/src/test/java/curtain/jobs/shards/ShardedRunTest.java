package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import curtain.engine.DeviceMemoryException;
import curtain.engine.Machine;
import curtain.fixtures.Shared;
import curtain.images.source.ImageRef;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Planning, resuming and committing, without Spark, on a file system that can die. It dies in runs
 * of two shards that replace outputs of three; with {@code -Dcurtain.full=true} of four that
 * replace outputs of seven.
 */
@Tag("engine")
class ShardedRunTest {
  private static final int IMAGES = 20;

  /** Of runs that die; a shard more is the same changes once more. */
  private static final int SHARDS = Shared.full() ? 4 : 2;

  /** Of an output that is replaced; another number than a run's. */
  private static final int OLD_SHARDS = Shared.full() ? 7 : 3;

  private static final Configuration LOCAL = new Configuration();

  private record SquareRow(long ordinal, long square) {}

  private record NeverRow(int x) {}

  private record TotalRow(Long fromParts, Long fromRows) {}

  private record TenthRow(int tenth, long rows) {}

  private static final Table<SquareRow> SQUARES = Table.of("squares", SquareRow.class);
  private static final Table<NeverRow> NEVER = Table.of("never", NeverRow.class);
  private static final Table<TotalRow> TOTALS = Table.of("totals", TotalRow.class);
  private static final Table<TenthRow> TENTHS = Table.of("tenths", TenthRow.class);

  private static final String TOTALS_FILE = "totals.json";

  /** Of squares: the sum of the shards' sums, and that of their rows. */
  private record Total() implements Reduction {
    @Override
    public List<Table<?>> tables() {
      return List.of(TOTALS);
    }

    @Override
    public List<Table<?>> reads() {
      return List.of(TOTALS, SQUARES);
    }

    @Override
    public List<String> files() {
      return List.of(TOTALS_FILE);
    }

    @Override
    public void reduce(Parts parts, Rows rows) throws IOException {
      long[] sums = new long[2];
      parts.forEach(TOTALS, row -> sums[0] += row.fromParts());
      parts.forEach(SQUARES, row -> sums[1] += row.square());
      rows.write(TOTALS, new TotalRow(sums[0], sums[1]));
      rows.json(TOTALS_FILE, 1, Map.of("sum", sums[1]));
    }
  }

  /** First ordinals of the shards that were computed to the end. */
  private static final Set<Long> COMPUTED = new HashSet<>();

  private static volatile long failFrom = Long.MAX_VALUE;

  /** How often an image from 8 on is too large for the device, and for which program. */
  private static final AtomicInteger TOO_LARGE = new AtomicInteger();

  private static volatile String program = "";

  /** What the kernel says that it runs on. */
  private static volatile Machine machine;

  /** Images that are errors for now. */
  private static volatile Set<Long> unlucky = Set.of();

  /** Every fifth image is an error; the others give two rows each. */
  private record SquareKernel() implements ShardKernel {
    @Override
    public List<Table<?>> tables() {
      return List.of(SQUARES, NEVER, TOTALS, Table.ERRORS);
    }

    @Override
    public Reduction reduction() {
      return new Total();
    }

    @Override
    public Machine machine() {
      return machine;
    }

    @Override
    public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
        throws IOException {
      long results = 0;
      long sum = 0;
      for (ImageRef image : images) {
        if (image.ordinal() >= failFrom) {
          throw new IOException("no more");
        }
        if (image.ordinal() >= 8 && TOO_LARGE.get() > 0) {
          throw new DeviceMemoryException(program, TOO_LARGE.decrementAndGet() > 0 ? 4 : 2, null);
        }
        if (image.ordinal() % 5 == 4 || unlucky.contains(image.ordinal())) {
          rows.write(Table.ERRORS, new ErrorRow(image.imageId(), image.ordinal(), "a fifth"));
          progress.done(0, 1);
        } else {
          for (int i = 0; i < 2; i++) {
            long square = image.ordinal() * image.ordinal();
            rows.write(SQUARES, new SquareRow(image.ordinal(), square));
            sum += image.ordinal() * image.ordinal();
          }
          results++;
          progress.done(1, 0);
        }
      }
      rows.write(TOTALS, new TotalRow(sum, null));
      COMPUTED.add(images.get(0).ordinal());
      return results;
    }
  }

  /** Units of the stage that were computed to the end. */
  private static final List<String> STAGED = new ArrayList<>();

  /** Counts squares by ten ordinals; two units, of one task. */
  private record Tenths() implements Stage<Tenths.Counts> {
    /** By unit. */
    private record Counts(TreeMap<String, Long> counts) implements Serializable {}

    /** Writes what it is given. */
    private record Writer() implements Stage.Kernel<Counts> {
      @Override
      public List<Table<?>> tables() {
        return List.of(TENTHS);
      }

      @Override
      public void run(Counts group, Configuration conf, Units units) throws IOException {
        for (Map.Entry<String, Long> count : group.counts().entrySet()) {
          if (!units.done(count.getKey())) {
            int tenth = Integer.parseInt(count.getKey().substring(1));
            units.write(
                count.getKey(), rows -> rows.write(TENTHS, new TenthRow(tenth, count.getValue())));
            STAGED.add(count.getKey());
          }
        }
      }
    }

    @Override
    public String plural() {
      return "tenths";
    }

    @Override
    public Stage.Kernel<Counts> kernel() {
      return new Writer();
    }

    @Override
    public Work<Counts> plan(Parts parts, Predicate<String> done, int slots) throws IOException {
      TreeMap<String, Long> counts = new TreeMap<>();
      parts.forEach(SQUARES, row -> counts.merge("t" + row.ordinal() / 10, 1L, Long::sum));
      TreeMap<String, Long> missing = new TreeMap<>(counts);
      missing.keySet().removeIf(done);
      return new Work<>(
          List.copyOf(counts.keySet()),
          missing.isEmpty() ? List.of() : List.of(new Counts(missing)));
    }
  }

  private static final Scheduler ONE_AFTER_ANOTHER =
      new Scheduler() {
        @Override
        public int slots() {
          return 1;
        }

        @Override
        public boolean isLocal() {
          return true;
        }

        @Override
        public <W extends Serializable> void run(
            Task<W> task, List<W> work, Configuration conf, Watcher watcher) throws IOException {
          for (W item : work) {
            if (!watcher.finished(task.run(item, conf, watcher::progress))) {
              return;
            }
          }
        }
      };

  /** Something done to the output meanwhile. */
  @FunctionalInterface
  private interface Meanwhile {
    void happen() throws IOException;
  }

  /** Something done before an item, which may be given the item to do it later. */
  @FunctionalInterface
  private interface Before {
    void item(Meanwhile late) throws IOException;
  }

  /**
   * Does work one after another.
   *
   * @param start happens when the run asks for the first time, between its lock and its plan
   * @param before happens before each item
   */
  private record Between(Meanwhile start, Before before) implements Scheduler {
    @Override
    public int slots() {
      try {
        start.happen();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return 1;
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public <W extends Serializable> void run(
        Task<W> task, List<W> work, Configuration conf, Watcher watcher) throws IOException {
      for (W item : work) {
        before.item(() -> task.run(item, conf, (results, errors) -> {}));
        task.run(item, conf, watcher::progress);
      }
    }
  }

  private static Connection duckDb;

  @TempDir Path dir;
  private final Configuration conf = MortalFileSystem.configuration();

  /** Of the outputs: {@code mortal} moves files, {@code store} does not, see the file system. */
  private String scheme = "mortal";

  @BeforeAll
  static void connect() throws SQLException {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
  }

  @AfterAll
  static void disconnect() throws SQLException {
    duckDb.close();
  }

  @BeforeEach
  @AfterEach
  void live() {
    MortalFileSystem.liveFor(Integer.MAX_VALUE);
    COMPUTED.clear();
    STAGED.clear();
    failFrom = Long.MAX_VALUE;
    machine = null;
    unlucky = Set.of();
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("images", "/photos");
    settings.put("limit", "none");
    settings.put("images_listed", "20");
    return settings;
  }

  private static ShardedRun job(Map<String, String> settings, int partitions, long maxErrors) {
    List<ImageRef> images =
        LongStream.range(0, IMAGES)
            .mapToObj(i -> new ImageRef(i, "image" + i, null, null, "file:/x", 0, 1, null))
            .toList();
    return new ShardedRun(
        "square",
        "curtain square",
        settings,
        images,
        new SquareKernel(),
        Optional.of(new Tenths()),
        1,
        partitions,
        maxErrors,
        new ShardedRun.Build("1", "unknown", Map.of("java", "17"), null, null));
  }

  private ShardedRun.Result run(ShardedRun job, Path output, Mode mode) throws Exception {
    return job.run(
        OutputDirectory.open(scheme + ":" + output, mode, conf),
        ONE_AFTER_ANOTHER,
        conf,
        (done, errors, fresh, total) -> {});
  }

  private ShardedRun.Result run(Path output, Mode mode) throws Exception {
    return run(job(settings(), 4, Long.MAX_VALUE), output, mode);
  }

  private ShardedRun.Result attempt(String application, Path output, Mode mode) throws Exception {
    return job(settings(), 4, Long.MAX_VALUE)
        .run(
            OutputDirectory.open(scheme + ":" + output, mode, application, conf),
            ONE_AFTER_ANOTHER,
            conf,
            (done, errors, fresh, total) -> {});
  }

  @Test
  void anotherAttemptOfAnApplicationGoesOn() throws Exception {
    for (Mode mode : List.of(Mode.NEW, Mode.OVERWRITE)) {
      Path output = dir.resolve(mode.name());
      if (mode == Mode.OVERWRITE) {
        attempt("application_1", output, Mode.NEW);
      }
      failFrom = 8;
      assertThrows(IOException.class, () -> attempt("application_2", output, mode));
      failFrom = Long.MAX_VALUE;
      COMPUTED.clear();
      for (String other : Arrays.asList("application_3", null)) {
        String refused =
            assertThrows(RunException.class, () -> attempt(other, output, Mode.NEW)).getMessage();
        assertTrue(refused.contains("holds an unfinished run"), refused);
      }
      ShardedRun.Result second = attempt("application_2", output, mode);
      assertTrue(second.computed() > 0 && second.computed() < 4, "all is computed again");
      assertWhole(output);
      assertTrue(attempt("application_2", output, mode).wasWhole(), "done is done");
      assertThrows(RunException.class, () -> attempt("application_3", output, Mode.NEW));
      assertThrows(RunException.class, () -> run(output, Mode.NEW));
    }
  }

  /** A run of those that die. */
  private ShardedRun.Result mortal(Path output, Mode mode) throws Exception {
    return run(job(settings(), SHARDS, Long.MAX_VALUE), output, mode);
  }

  private static void assertWhole(Path output) throws Exception {
    for (Path directory :
        List.of(
            output,
            output.resolve("squares"),
            output.resolve("errors"),
            output.resolve("never"),
            output.resolve("totals"),
            output.resolve("tenths"))) {
      assertTrue(java.nio.file.Files.exists(directory.resolve("_SUCCESS")), directory.toString());
      Provenance provenance =
          Storage.readJson(
              Storage.of(hadoop(directory), LOCAL),
              hadoop(directory.resolve("_provenance.json")),
              Provenance.class);
      assertEquals(16, provenance.results());
      assertEquals(4, provenance.errors());
      assertEquals(
          Map.of(
              "squares",
              32L,
              "errors",
              4L,
              "never",
              0L,
              "totals",
              1L,
              "tenths",
              2L,
              TOTALS_FILE,
              1L),
          provenance.rows());
      assertEquals(settings(), provenance.settings());
    }
    assertFalse(java.nio.file.Files.exists(output.resolve("_incomplete")));
    assertEquals(List.of(), MortalFileSystem.pending(output));
    List<Long> squares =
        query(output, "select square from '%s/squares/*.parquet' order by ordinal");
    List<Long> expected = new ArrayList<>();
    for (long i = 0; i < IMAGES; i++) {
      if (i % 5 != 4) {
        expected.add(i * i);
        expected.add(i * i);
      }
    }
    assertEquals(expected, squares);
    assertEquals(
        List.of(4L, 9L, 14L, 19L),
        query(output, "select ordinal from '%s/errors/*.parquet' order by ordinal"));
    assertEquals(List.of(0L), query(output, "select count(*) from '%s/never/*.parquet'"));
    assertEquals(
        List.of(16L, 16L), query(output, "select rows from '%s/tenths/*.parquet' order by tenth"));
    long sum = expected.stream().mapToLong(Long::longValue).sum();
    assertEquals(List.of(sum), query(output, "select from_parts from '%s/totals/*.parquet'"));
    assertEquals(List.of(sum), query(output, "select from_rows from '%s/totals/*.parquet'"));
    assertEquals(
        "{\n  \"sum\" : " + sum + "\n}\n",
        java.nio.file.Files.readString(output.resolve(TOTALS_FILE)));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static List<Long> query(Path output, String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(sql.formatted(output))) {
      List<Long> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getLong(1));
      }
      return values;
    }
  }

  /** The file system dies at this change of the run, and lives again after it. */
  private void die(int change, Path output, Mode mode) {
    MortalFileSystem.liveFor(change);
    assertThrows(IOException.class, () -> mortal(output, mode));
    MortalFileSystem.liveFor(Integer.MAX_VALUE);
  }

  /** A copy of a directory with all that is in it. */
  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = java.nio.file.Files.walk(from)) {
      for (Path file : files.toList()) {
        java.nio.file.Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void theSameRowsFromAnyNumberOfShards(String on) throws Exception {
    scheme = on;
    for (int partitions : new int[] {1, 3, 7, 20}) {
      Path output = dir.resolve("p" + partitions);
      run(job(settings(), partitions, Long.MAX_VALUE), output, Mode.NEW);
      assertWhole(output);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void afterDyingAtAnyChangeOfAnyFileARunResumesAndRepeatsNoFinishedShard(String on)
      throws Exception {
    scheme = on;
    mortal(dir.resolve("clean"), Mode.NEW);
    int changes = MortalFileSystem.changes();
    assertTrue(changes > 40, "changes: " + changes);
    for (int k = 0; k < changes; k++) {
      Path output = dir.resolve("died" + k);
      die(k, output, Mode.NEW);
      assertFalse(
          java.nio.file.Files.exists(output.resolve("_SUCCESS"))
              && k < changes - 3, // the plan, _incomplete and the lease go after it
          "whole too early");
      Set<Path> markers = files(KilledRun.begun(output, "_shards"));
      markers.removeIf(marker -> !marker.toString().endsWith(".json"));
      Set<Path> units = files(KilledRun.begun(output, "_staged/_shards"));
      units.removeIf(marker -> !marker.toString().endsWith(".json"));
      COMPUTED.clear();
      STAGED.clear();
      ShardedRun.Result result = mortal(output, Mode.RESUME);
      assertWhole(output);
      assertEquals(
          result.wasWhole() ? 0 : SHARDS - markers.size(), COMPUTED.size(), "died at " + k);
      assertEquals(result.wasWhole() ? 0 : 2 - units.size(), STAGED.size(), "died at " + k);
      assertEquals(16, result.counts().images());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void ofAShardThatIsRetriedWithOtherErrorsOneAttemptCounts(String on) throws Exception {
    scheme = on;
    ShardedRun job = job(settings(), 1, Long.MAX_VALUE);
    boolean marked = false;
    for (int k = 9; !marked; k++) { // the plan is there
      Path output = dir.resolve("died" + k);
      unlucky = Set.of(2L);
      MortalFileSystem.liveFor(k);
      assertThrows(IOException.class, () -> run(job, output, Mode.NEW));
      live();
      marked = java.nio.file.Files.exists(KilledRun.begun(output, "_shards/00000.json"));
      unlucky = Set.of(3L);
      ShardResult counts = run(job, output, Mode.RESUME).counts();
      assertEquals(Map.of(15L, 5L), Map.of(counts.images(), counts.errors()));
      List<Long> errors = query(output, "select ordinal from '%s/errors/*.parquet' order by 1");
      assertEquals(List.of(marked ? 2L : 3L, 4L, 9L, 14L, 19L), errors, "died at " + k);
      List<Long> squares = query(output, "select distinct ordinal from '%s/squares/*.parquet'");
      assertEquals(15, squares.size(), "died at " + k);
      squares.retainAll(errors);
      assertEquals(List.of(), squares, "died at " + k);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aResumedCommitMayDieToo(String on) throws Exception {
    scheme = on;
    mortal(dir.resolve("clean"), Mode.NEW);
    int changes = MortalFileSystem.changes();
    for (int k = changes - 22; k < changes; k += 4) {
      Path output = dir.resolve("twice" + k);
      die(k, output, Mode.NEW);
      for (int again = 0; again < 12; again++) {
        MortalFileSystem.liveFor(again);
        try {
          mortal(output, Mode.RESUME);
        } catch (IOException e) {
          assertTrue(e.getMessage().startsWith("died"), e.getMessage());
        }
      }
      MortalFileSystem.liveFor(Integer.MAX_VALUE);
      mortal(output, Mode.RESUME);
      assertWhole(output);
    }
  }

  private static Machine machine(String instructions, int threads) {
    return new Machine(
        "a processor",
        List.of(instructions.split(" ", -1)),
        Map.of(),
        threads,
        "2.7.1",
        null,
        null);
  }

  @Test
  void aRunGoesOnOnAnotherMachineAndSaysWhatMayDiffer() throws Exception {
    Path output = dir.resolve("out");
    machine = machine("avx2 fma", 2);
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.NEW));
    failFrom = Long.MAX_VALUE;
    machine = machine("avx2 fma avx512f", 4);
    List<String> warnings = new ArrayList<>();
    Meter meter =
        new Meter() {
          @Override
          public void show(long done, long errors, long fresh, long total) {
            // not asked for
          }

          @Override
          public void warn(String text) {
            warnings.add(text);
          }
        };
    OutputDirectory again = OutputDirectory.open(scheme + ":" + output, Mode.RESUME, conf);
    ShardedRun job = job(settings(), 4, Long.MAX_VALUE);
    assertEquals(2, job.run(again, ONE_AFTER_ANOTHER, conf, meter).counts().machines().size());
    String differ =
        ". Between them floats may differ in their last digits, and signs and pool selections"
            + " where pre-activations are at rounding level; _provenance.json names the machines";
    String first = "a processor, avx2 fma, 2 threads, libtorch 2.7.1";
    String second = "a processor, avx2 fma avx512f, 4 threads, libtorch 2.7.1";
    assertEquals(
        List.of(
            "was begun on another machine: " + first + "; goes on on: " + second + differ,
            "was computed on different machines: " + first + "; " + second + differ),
        warnings);
    assertWhole(output);
    Provenance made =
        Storage.readJson(
            Storage.of(again.layout().root(), conf),
            again.layout().provenance(again.layout().root()),
            Provenance.class);
    assertEquals(List.of(machine("avx2 fma", 2), machine), made.machines());
    // nothing is to be computed: nothing to say
    warnings.clear();
    machine = machine("avx", 1);
    again = OutputDirectory.open(scheme + ":" + output, Mode.RESUME, conf);
    assertEquals(2, job.run(again, ONE_AFTER_ANOTHER, conf, meter).counts().machines().size());
    assertEquals(List.of(), warnings);
  }

  /** The shard is computed again, in smaller batches; its rows and ticks count once. */
  @Test
  void aShardThatIsTooLargeForItsDeviceIsRepeatedOnce() throws Exception {
    Path output = dir.resolve("out");
    program = "repeated";
    TOO_LARGE.set(1);
    List<Long> shown = new ArrayList<>();
    ShardedRun.Result result =
        job(settings(), 4, Long.MAX_VALUE)
            .run(
                OutputDirectory.open("mortal:" + output, Mode.NEW, conf),
                ONE_AFTER_ANOTHER,
                conf,
                (done, errors, fresh, total) -> shown.add(done));
    assertEquals(0, TOO_LARGE.get());
    assertEquals(IMAGES, result.counts().images() + result.counts().errors());
    assertTrue(shown.stream().allMatch(done -> done <= IMAGES), shown::toString);
    assertWhole(output);
  }

  @Test
  void whatIsTooLargeInSmallerBatchesTooFails() throws Exception {
    Path output = dir.resolve("out");
    program = "failing";
    TOO_LARGE.set(2);
    IOException failed = assertThrows(IOException.class, () -> run(output, Mode.NEW));
    assertEquals(0, TOO_LARGE.get());
    assertTrue(failed.getMessage().contains("batch size of 2"), failed.getMessage());
    run(output, Mode.RESUME);
    assertWhole(output);
  }

  @Test
  void aRunOfAVersionThatNamedNoMachinesGoesOn() throws Exception {
    Path output = dir.resolve("out");
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.NEW));
    failFrom = Long.MAX_VALUE;
    assertNotEquals(0, forgetMachines(output));
    machine = machine("avx2 fma", 2);
    run(output, Mode.RESUME);
    assertWhole(output);
    assertNotEquals(0, forgetMachines(output));
    run(output, Mode.RESUME);
    assertWhole(output);
  }

  /** Takes the machines from every file that names some, and counts these. */
  private static int forgetMachines(Path output) throws IOException {
    ObjectMapper json = new ObjectMapper();
    int forgotten = 0;
    try (Stream<Path> all = java.nio.file.Files.walk(output)) {
      for (Path file : all.filter(java.nio.file.Files::isRegularFile).toList()) {
        String text = java.nio.file.Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.contains("\"machines\"")) {
          ObjectNode object = (ObjectNode) json.readTree(text);
          object.findParent("machines").remove("machines");
          json.writeValue(file.toFile(), object);
          forgotten++;
        }
      }
    }
    return forgotten;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aRunStoppedInTheMiddleComputesOnlyWhatIsMissing(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    failFrom = 8;
    assertEquals(
        "no more", assertThrows(IOException.class, () -> run(output, Mode.NEW)).getMessage());
    assertEquals(Set.of(0L), COMPUTED);
    assertEquals(Set.of(), files(KilledRun.begun(output, "_temporary")));
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals(RowsBehind.THREAD)));
    failFrom = Long.MAX_VALUE;
    COMPUTED.clear();
    STAGED.clear();
    // Another number of partitions: the plan's shards stay.
    ShardedRun.Result result = run(job(settings(), 11, Long.MAX_VALUE), output, Mode.RESUME);
    assertEquals(Set.of(5L, 10L, 15L), COMPUTED);
    assertEquals(3, result.computed());
    assertWhole(output);
  }

  @Test
  void changedSettingsAreRefusedByName() throws Exception {
    Path output = dir.resolve("out");
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.NEW));
    Map<String, String> other = settings();
    other.put("limit", "20");
    other.put("gate", "hard");
    String expected =
        "other settings: --limit was none, is 20; --gate was not set, is hard; give the same";
    for (int i = 0; i < 2; i++) {
      String message =
          assertThrows(
                  RunException.class, () -> run(job(other, 4, Long.MAX_VALUE), output, Mode.RESUME))
              .getMessage();
      assertTrue(message.contains(expected), message);
      // Once more, with a whole output.
      failFrom = Long.MAX_VALUE;
      run(output, Mode.RESUME);
    }
    assertWhole(output);
  }

  @Test
  void anOutputThatIsThereIsRefusedWithoutResumeOrOverwrite() throws Exception {
    Path output = dir.resolve("out");
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.NEW));
    assertTrue(
        assertThrows(RunException.class, () -> run(output, Mode.NEW))
            .getMessage()
            .endsWith(
                "holds an unfinished run; give --resume to go on with it, or --overwrite to begin"
                    + " again"));
    failFrom = Long.MAX_VALUE;
    run(output, Mode.OVERWRITE);
    assertWhole(output);
    String message = assertThrows(RunException.class, () -> run(output, Mode.NEW)).getMessage();
    assertTrue(message.contains("--overwrite") && message.contains("--resume"), message);
    COMPUTED.clear();
    STAGED.clear();
    assertTrue(run(output, Mode.RESUME).wasWhole());
    assertEquals(Set.of(), COMPUTED);
    run(output, Mode.OVERWRITE);
    assertEquals(4, COMPUTED.size());
    assertWhole(output);
  }

  /** A whole output with a table that later runs do not have. */
  private void old(Path output) throws Exception {
    run(job(settings(), OLD_SHARDS, Long.MAX_VALUE), output, Mode.NEW);
    java.nio.file.Files.createDirectory(output.resolve("gone"));
    java.nio.file.Files.writeString(output.resolve("gone/part-00000.parquet"), "a row");
    Path provenance = output.resolve("_provenance.json");
    String text = java.nio.file.Files.readString(provenance);
    String more = text.replace("\"tables\" : [ ", "\"tables\" : [ \"gone\", ");
    assertNotEquals(text, more);
    java.nio.file.Files.writeString(provenance, more);
  }

  private static int shards(Path output) throws IOException {
    Set<Path> parts = files(output.resolve("squares"));
    parts.removeIf(part -> !part.toString().endsWith(".parquet"));
    return parts.size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aWholeOutputStaysUntilItsReplacementIsWhole(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    old(output);
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.OVERWRITE));
    assertTrue(java.nio.file.Files.exists(output.resolve("_SUCCESS")));
    assertTrue(java.nio.file.Files.exists(output.resolve("gone/part-00000.parquet")));
    assertEquals(OLD_SHARDS, shards(output));
    assertTrue(
        assertThrows(RunException.class, () -> run(output, Mode.NEW))
            .getMessage()
            .endsWith(
                "holds an unfinished run, which is to replace a whole one; give --resume to go on"
                    + " with it, or --overwrite to begin again"));
    failFrom = Long.MAX_VALUE;
    COMPUTED.clear();
    assertFalse(run(output, Mode.RESUME).wasWhole());
    assertEquals(Set.of(5L, 10L, 15L), COMPUTED);
    assertEquals(4, shards(output));
    assertFalse(java.nio.file.Files.exists(output.resolve("gone")));
    assertWhole(output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void dyingAtAnyChangeAnOverwritingRunLeavesTheOldOutputOrResumes(String on) throws Exception {
    scheme = on;
    Path before = dir.resolve("before");
    old(before);
    MortalFileSystem.liveFor(Integer.MAX_VALUE);
    mortal(copy(before, dir.resolve("clean")), Mode.OVERWRITE);
    int changes = MortalFileSystem.changes();
    int kept = 0;
    // what happens before the commit is alike for long
    for (int k = 0; k < changes; k += k < changes - 45 ? 7 : 1) {
      Path output = copy(before, dir.resolve("died" + k));
      die(k, output, Mode.OVERWRITE);
      boolean whole = java.nio.file.Files.exists(output.resolve("_SUCCESS"));
      boolean old = java.nio.file.Files.exists(output.resolve("gone/part-00000.parquet"));
      if (whole && shards(output) == OLD_SHARDS) {
        assertTrue(old, "died at " + k);
        kept++;
      } else if (whole) {
        assertEquals(SHARDS, shards(output), "died at " + k);
        assertFalse(old, "died at " + k);
      }
      if (!mortal(output, Mode.RESUME).wasWhole() || !old) {
        assertEquals(SHARDS, shards(output), "died at " + k);
        assertWhole(output);
      }
    }
    assertTrue(kept >= 5, "the old output stayed " + kept + " times of " + changes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void dyingAtAnyChangeARunThatOverwritesAnUnfinishedOneResumes(String on) throws Exception {
    scheme = on;
    mortal(dir.resolve("clean"), Mode.NEW);
    int changes = MortalFileSystem.changes();
    // in the middle of the shards, and of the commit
    for (int first : new int[] {changes / 2, changes - 12}) {
      for (int k = 0; k < 14; k++) {
        Path output = dir.resolve("died" + first + "-" + k);
        die(first, output, Mode.NEW);
        die(k, output, Mode.OVERWRITE);
        mortal(output, Mode.RESUME);
        assertWhole(output);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aRunThatIsOvertakenLeavesTheOthersWork(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    run(output, Mode.NEW);
    OutputDirectory whole = OutputDirectory.open(scheme + ":" + output, Mode.RESUME, conf);
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.OVERWRITE));
    failFrom = Long.MAX_VALUE;
    ShardedRun job = job(settings(), 4, Long.MAX_VALUE);
    refuseOvertaken(job, whole);
    OutputDirectory begun = OutputDirectory.open(scheme + ":" + output, Mode.RESUME, conf);
    COMPUTED.clear();
    run(output, Mode.RESUME);
    assertEquals(Set.of(5L, 10L, 15L), COMPUTED);
    refuseOvertaken(job, begun);
    assertWhole(output);
    // two that found nothing
    OutputDirectory late = OutputDirectory.open(scheme + ":" + dir.resolve("new"), Mode.NEW, conf);
    run(dir.resolve("new"), Mode.NEW);
    refuseOvertaken(job, late);
    assertWhole(dir.resolve("new"));
  }

  private void refuseOvertaken(ShardedRun job, OutputDirectory late) {
    String message =
        assertThrows(
                RunException.class,
                () -> job.run(late, ONE_AFTER_ANOTHER, conf, (done, errors, fresh, total) -> {}))
            .getMessage();
    assertTrue(message.contains("was written by another run meanwhile"), message);
  }

  /** Moved out by a run that was taken over in the midst of its own commit. */
  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void partsOfAnotherRunAreReplacedOrRefused(String on) throws Exception {
    scheme = on;
    for (int shard : new int[] {0, 99}) {
      Path output = dir.resolve("out" + shard);
      Path part = output.resolve(Layout.part("squares", new Shard(shard, 0, 0).name()));
      Scheduler beside =
          new Between(
              () -> {},
              late -> {
                Files.createDirectories(part.getParent());
                Files.writeString(part, "of another run");
              });
      ShardedRun job = job(settings(), 4, Long.MAX_VALUE);
      OutputDirectory open = OutputDirectory.open(scheme + ":" + output, Mode.NEW, conf);
      if (shard == 0) {
        job.run(open, beside, conf, (done, errors, fresh, total) -> {});
        assertWhole(output);
      } else {
        String message =
            assertThrows(
                    IOException.class,
                    () -> job.run(open, beside, conf, (done, errors, fresh, total) -> {}))
                .getMessage();
        assertTrue(message.contains("another run has changed"), message);
        assertFalse(Files.exists(output.resolve("_SUCCESS")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aBegunReplacementCanBeLeftForWhatIsWhole(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    run(output, Mode.NEW);
    Map<String, String> other = settings();
    other.put("gate", "hard");
    failFrom = 8;
    assertThrows(
        IOException.class, () -> run(job(other, 4, Long.MAX_VALUE), output, Mode.OVERWRITE));
    failFrom = Long.MAX_VALUE;
    COMPUTED.clear();
    assertTrue(run(output, Mode.RESUME).wasWhole());
    assertEquals(Set.of(), COMPUTED);
    Map<String, String> third = settings();
    third.put("limit", "20");
    assertThrows(RunException.class, () -> run(job(third, 4, Long.MAX_VALUE), output, Mode.RESUME));
    assertFalse(run(job(other, 4, Long.MAX_VALUE), output, Mode.RESUME).wasWhole());
    assertEquals(Set.of(5L, 10L, 15L), COMPUTED);
    assertFalse(run(output, Mode.OVERWRITE).wasWhole());
    assertWhole(output);
  }

  @Test
  void overwriteDeletesNothingThatCurtainDidNotMake() throws Exception {
    Path foreign = java.nio.file.Files.createDirectories(dir.resolve("foreign"));
    java.nio.file.Files.writeString(foreign.resolve("thesis.tex"), "years");
    for (Mode mode : Mode.values()) {
      assertTrue(
          assertThrows(RunException.class, () -> run(foreign, mode))
              .getMessage()
              .contains("Curtain did not make"));
    }
    Path output = dir.resolve("out");
    run(output, Mode.NEW);
    java.nio.file.Files.writeString(output.resolve("thesis.tex"), "years");
    assertTrue(
        assertThrows(RunException.class, () -> run(output, Mode.OVERWRITE))
            .getMessage()
            .contains("holds thesis.tex, which Curtain did not make"));
    assertTrue(java.nio.file.Files.exists(output.resolve("thesis.tex")));
    assertWhole(output);
    Path file = java.nio.file.Files.writeString(dir.resolve("file"), "");
    assertTrue(
        assertThrows(RunException.class, () -> run(file, Mode.OVERWRITE))
            .getMessage()
            .endsWith("is a file; choose a directory"));
    Path empty = java.nio.file.Files.createDirectories(dir.resolve("empty"));
    run(empty, Mode.NEW);
    assertWhole(empty);
  }

  @Test
  void moreErrorsThanAllowedFailTheRunWhichStaysResumable() throws Exception {
    Path output = dir.resolve("out");
    String message =
        assertThrows(RunException.class, () -> run(job(settings(), 4, 1), output, Mode.NEW))
            .getMessage();
    assertTrue(message.startsWith("2 images could not be used, more than --max-errors 1"), message);
    assertEquals(Set.of(0L, 5L), COMPUTED);
    assertFalse(java.nio.file.Files.exists(output.resolve("squares")));
    COMPUTED.clear();
    STAGED.clear();
    assertThrows(RunException.class, () -> run(job(settings(), 4, 1), output, Mode.RESUME));
    assertEquals(Set.of(), COMPUTED);
    run(job(settings(), 4, 4), output, Mode.RESUME);
    assertEquals(Set.of(10L, 15L), COMPUTED);
    assertWhole(output);
  }

  @Test
  void anotherCommandsOutputIsRefused() throws Exception {
    Path output = dir.resolve("out");
    run(output, Mode.NEW);
    ShardedRun job = job(settings(), 4, Long.MAX_VALUE);
    ShardedRun other =
        new ShardedRun("ingest", "", settings(), job.images(), job.kernel(), 1, 0, 0, job.build());
    assertTrue(
        assertThrows(RunException.class, () -> run(other, output, Mode.RESUME))
            .getMessage()
            .contains("was made by curtain square, not ingest"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aShardDoneTwiceAtOnceCountsOnce(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    ShardedRun job = job(settings(), 4, Long.MAX_VALUE);
    Scheduler twice =
        new Scheduler() {
          @Override
          public int slots() {
            return 1;
          }

          @Override
          public boolean isLocal() {
            return true;
          }

          @Override
          public <W extends Serializable> void run(
              Task<W> task, List<W> work, Configuration conf, Watcher watcher) throws IOException {
            for (W item : work) {
              if (item instanceof ShardTask.Work shard && task instanceof ShardTask shards) {
                try (ShardWriter late =
                    new ShardWriter(
                        shards.layout(),
                        shard.shard().name(),
                        Uses.of(shards.kernel().reduction()),
                        shards.kernel().tables(),
                        conf)) {
                  // The second attempt begins before the first one ends, and ends after it.
                  unlucky = Set.of(shard.shard().from());
                  long images = shards.kernel().run(shard.images(), conf, late, (r, e) -> {});
                  unlucky = Set.of();
                  task.run(item, conf, watcher::progress);
                  late.commit(images, null);
                }
              }
              task.run(item, conf, watcher::progress);
            }
          }
        };
    job.run(
        OutputDirectory.open(scheme + ":" + output, Mode.NEW, conf),
        twice,
        conf,
        (done, errors, fresh, total) -> {});
    assertWhole(output);
  }

  @Test
  void aTableThatAReductionDoesNotNameIsNotRead() {
    assertThrows(
        IllegalStateException.class,
        () ->
            Parts.of(List.of(new Marked(null, Map.of())), Set.of("totals"), conf)
                .forEach(SQUARES, row -> {}));
  }

  private ShardedRun.Result run(ShardedRun job, Path output, Mode mode, Scheduler scheduler)
      throws Exception {
    return job.run(
        OutputDirectory.open(scheme + ":" + output, mode, conf),
        scheduler,
        conf,
        (done, errors, fresh, total) -> {});
  }

  /** A run with another setting. */
  private static ShardedRun otherJob() {
    Map<String, String> other = settings();
    other.put("temperature", "0.5");
    return job(other, 4, Long.MAX_VALUE);
  }

  @Test
  void aSecondDriverIsRefusedAndToldOfTheFirst() throws Exception {
    Path output = dir.resolve("out");
    List<String> said = new ArrayList<>();
    run(
        job(settings(), 4, Long.MAX_VALUE),
        output,
        Mode.NEW,
        new Between(
            () -> {},
            late -> {
              for (Mode mode : List.of(Mode.OVERWRITE, Mode.RESUME)) {
                said.add(
                    assertThrows(RunException.class, () -> run(otherJob(), output, mode))
                        .getMessage());
              }
            }));
    assertWhole(output);
    assertFalse(java.nio.file.Files.exists(output.resolve("_lock")));
    String host = java.nio.file.Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    assertEquals(
        Set.of(
            "--output mortal:"
                + output
                + ": another run is writing there now, process "
                + ProcessHandle.current().pid()
                + " on "
                + host
                + "; wait for its end, or choose another directory"),
        Set.copyOf(said));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mortal", "store"})
  void aTaskThatOutlivesItsRunLeavesNoRowInTheNextOne(String on) throws Exception {
    scheme = on;
    Path output = dir.resolve("out");
    List<Meanwhile> frozen = new ArrayList<>();
    Between dies =
        new Between(
            () -> {},
            late -> {
              frozen.add(late);
              throw new IOException("the driver dies");
            });
    assertThrows(IOException.class, () -> run(otherJob(), output, Mode.NEW, dies));
    List<String> said = new ArrayList<>();
    run(
        job(settings(), 4, Long.MAX_VALUE),
        output,
        Mode.OVERWRITE,
        new Between(
            () -> {},
            late -> {
              unlucky = Set.of(2L);
              said.add(assertThrows(IOException.class, frozen.get(0)::happen).getMessage());
              unlucky = Set.of();
            }));
    assertWhole(output);
    String line =
        "--output %s:%s: %s; this one stops, and what it has written since does not count";
    assertEquals(
        Set.of(line.formatted(scheme, output, "another run has begun there")), Set.copyOf(said));
    unlucky = Set.of(2L);
    assertEquals(
        line.formatted(scheme, output, "this run has ended there"),
        assertThrows(IOException.class, frozen.get(0)::happen).getMessage());
    unlucky = Set.of();
    try (Stream<Path> left = java.nio.file.Files.walk(output.resolve("_incomplete"))) {
      assertEquals(List.of(), left.filter(java.nio.file.Files::isRegularFile).toList());
    }
    assertTrue(run(output, Mode.RESUME).wasWhole());
    assertWhole(output);
  }

  @Test
  void aDriverWhoseLeaseIsAnothersStopsBeforeItsCommit() throws Exception {
    Path output = dir.resolve("out");
    old(output);
    LeaseOwner other = new LeaseOwner("another", "elsewhere", null, 7, null, null, 0, 1);
    Between takenOver =
        new Between(
            () -> {},
            late -> {
              try (OutputStream out =
                  java.nio.file.Files.newOutputStream(output.resolve("_lock"))) {
                Storage.writeJson(out, other);
              }
            });
    assertEquals(
        "--output mortal:"
            + output
            + ": another run, process 7 on elsewhere, has taken it over; this one stops",
        assertThrows(RunException.class, () -> run(otherJob(), output, Mode.OVERWRITE, takenOver))
            .getMessage());
    assertEquals(OLD_SHARDS, shards(output));
    assertTrue(java.nio.file.Files.exists(output.resolve("_SUCCESS")));
    assertTrue(java.nio.file.Files.exists(output.resolve("_lock")), "another run's lease stays");
  }

  /** A driver that another host takes for dead wakes, and makes its output whole. */
  @Test
  void anOutputThatBecameWholeMeanwhileStays() throws Exception {
    Path output = dir.resolve("out");
    Path made = dir.resolve("made");
    old(made);
    Meanwhile wakes =
        () -> {
          try (Stream<Path> files = java.nio.file.Files.list(made)) {
            for (Path file : files.toList()) {
              java.nio.file.Files.move(file, output.resolve(file.getFileName()));
            }
          }
        };
    refuseChanged(output, new Between(wakes, late -> {}));
    // and one that replaces another whole output than the run has seen
    Path provenance = output.resolve("_provenance.json");
    String before = java.nio.file.Files.readString(provenance);
    Before replaced =
        late ->
            java.nio.file.Files.writeString(
                provenance, before.replaceFirst("\"end\" : \"\\d", "\"end\" : \"1"));
    refuseChanged(output, new Between(() -> {}, replaced));
    assertNotEquals(before, java.nio.file.Files.readString(provenance));
  }

  private void refuseChanged(Path output, Scheduler scheduler) throws Exception {
    String message =
        assertThrows(RunException.class, () -> run(otherJob(), output, Mode.OVERWRITE, scheduler))
            .getMessage();
    assertTrue(message.contains("was written by another run meanwhile"), message);
    assertTrue(java.nio.file.Files.exists(output.resolve("_SUCCESS")));
    assertTrue(java.nio.file.Files.exists(output.resolve("gone/part-00000.parquet")));
    assertEquals(OLD_SHARDS, shards(output));
  }

  @Test
  void anUnfinishedRunOfAVersionWithoutIdsIsRefused() throws Exception {
    Path output = dir.resolve("out");
    failFrom = 8;
    assertThrows(IOException.class, () -> run(output, Mode.NEW));
    failFrom = Long.MAX_VALUE;
    Path plan = output.resolve("_incomplete/_plan.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = (ObjectNode) json.readTree(plan.toFile());
    object.remove("run");
    json.writeValue(plan.toFile(), object);
    assertEquals(
        "--output mortal:"
            + output
            + " holds an unfinished run of an earlier version; give --overwrite to begin again",
        assertThrows(RunException.class, () -> run(output, Mode.RESUME)).getMessage());
    run(output, Mode.OVERWRITE);
    assertWhole(output);
  }

  private static Set<Path> files(Path directory) throws IOException {
    if (!java.nio.file.Files.exists(directory)) {
      return new HashSet<>();
    }
    try (java.util.stream.Stream<Path> files = java.nio.file.Files.list(directory)) {
      return new HashSet<>(files.toList());
    }
  }
}
