package curtain.jobs.shards;

import curtain.images.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The directory of {@code --output}: its state, and the steps that make it whole. */
public final class OutputDirectory {
  /** The name of a reduction's only unit. */
  private static final String REDUCED = new Shard(0, 0, 0).name();

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private final Layout layout;
  private final FileSystem fs;
  private final String application;
  private final Mode mode;
  private final State seen;
  private final Plan plan;
  private final Provenance provenance;

  /**
   * What says how far an output is.
   *
   * @param whole whether a whole output is there
   * @param plan the plan that is written, or null
   * @param begun whether the run of the plan can go on: it is neither being deleted nor committed
   * @param made provenance, or null
   */
  private record State(boolean whole, Plan plan, boolean begun, Provenance made) {
    static State of(Layout layout, FileSystem fs) throws IOException {
      Path made = layout.provenance(layout.root());
      boolean whole = fs.exists(layout.success(layout.root())) && fs.exists(made);
      Plan plan = Storage.readJson(fs, layout.plan(), Plan.class);
      boolean begun =
          plan != null
              && !fs.exists(layout.abandoned())
              && (!whole || fs.exists(layout.replaces()));
      return new State(whole, plan, begun, Storage.readJson(fs, made, Provenance.class));
    }

    /** Whether the application began, in an earlier attempt, what would be gone on with. */
    boolean isOf(String application) {
      return application != null
          && application.equals(begun ? plan.application() : whole ? made.application() : null);
    }
  }

  private OutputDirectory(Layout layout, FileSystem fs, String application, Mode mode, State seen) {
    this.layout = layout;
    this.fs = fs;
    this.application = application;
    this.mode = mode;
    this.seen = seen;
    this.plan = seen.begun() ? seen.plan() : null;
    this.provenance = seen.whole() ? seen.made() : null;
  }

  /**
   * Looks at the directory and changes nothing. An output that an earlier attempt of the same
   * application on YARN began is gone on with, whatever the mode.
   *
   * @param output a Hadoop URI or plain path
   * @param mode what to do with an output that exists
   * @throws RunException when an output is there that the mode does not allow, or files that
   *     Curtain did not make
   * @throws IOException when storage fails
   */
  public static OutputDirectory open(String output, Mode mode, Configuration conf)
      throws IOException, RunException {
    return open(output, mode, ClusterDriver.application(), conf);
  }

  /**
   * Looks at the directory as {@link #open(String, Mode, Configuration)} does.
   *
   * @param application YARN's id of this application, or null
   */
  static OutputDirectory open(String output, Mode mode, String application, Configuration conf)
      throws IOException, RunException {
    Path given = SourceFiles.qualified(output, conf);
    FileSystem fs = Storage.of(given, conf);
    ObjectStore.refuse(fs, given);
    Layout layout = Layout.of(given);
    List<FileStatus> entries = list(fs, layout.root());
    if (entries.size() == 1
        && entries.get(0).isFile()
        && entries.get(0).getPath().equals(layout.root())) {
      throw Existing.file(output);
    }
    OutputLock.refuseTaken(layout);
    Set<String> names = new HashSet<>();
    entries.forEach(entry -> names.add(entry.getPath().getName()));
    names.remove(Layout.LOCK);
    boolean ours = names.contains(Layout.INCOMPLETE) || names.contains(Layout.PROVENANCE);
    if (!names.isEmpty() && !ours) {
      throw new RunException(
          "--output "
              + output
              + " holds files that Curtain did not make; choose another directory");
    }
    State state = State.of(layout, fs);
    if (ours && mode == Mode.NEW && !state.isOf(application)) {
      throw new RunException(
          state.whole() && !state.begun()
              ? "--output "
                  + output
                  + " exists; give --overwrite to replace it, or --resume to"
                  + " have it checked against these settings"
              : "--output "
                  + output
                  + " holds an unfinished run"
                  + (state.whole() ? ", which is to replace a whole one" : "")
                  + "; give --resume to go on with it, or --overwrite to begin again");
    }
    Mode chosen = state.isOf(application) ? Mode.RESUME : mode;
    if (chosen != Mode.RESUME || !state.begun()) {
      return new OutputDirectory(layout, fs, application, chosen, state).checked(output, entries);
    }
    String run = state.plan().run();
    if (run == null) {
      throw new RunException(
          "--output "
              + output
              + " holds an unfinished run of an earlier version; give --overwrite to begin again");
    }
    return new OutputDirectory(layout.ofRun(run), fs, application, chosen, state)
        .checked(output, entries);
  }

  /** Whether this process has begun a run, which can be gone on with. */
  public static boolean hasBegun() {
    return BEGUN.get();
  }

  /** The paths of the files of the run that is resumed, or of a new one. */
  public Layout layout() {
    return layout;
  }

  /** YARN's id of this application, or null. */
  String application() {
    return application;
  }

  /** Whether a run is to go on, of which nothing may be missing. */
  public boolean isResumed() {
    return mode == Mode.RESUME;
  }

  /** A setting of the run that is resumed, unfinished or whole; null where there is none. */
  public String resumedSetting(String name) {
    if (mode != Mode.RESUME) {
      return null;
    }
    Map<String, String> settings =
        plan != null ? plan.settings() : provenance != null ? provenance.settings() : Map.of();
    return settings.get(name);
  }

  /**
   * Keeps other runs out until it is closed.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run is writing there, or has since this one looked
   * @throws IOException when storage fails
   */
  OutputLock lock(Consumer<String> warnings) throws IOException, RunException {
    return OutputLock.unchanged(layout, fs, () -> State.of(layout, fs), seen, warnings);
  }

  /** The plan to resume, or null to begin. */
  Plan planToResume() {
    return mode == Mode.RESUME ? plan : null;
  }

  /**
   * The provenance of a whole output that is to be kept, else null. Where a run has begun to
   * replace the output, it is kept if it was made by this command with these settings and that run
   * was not.
   */
  Provenance finished(String command, Map<String, String> settings) {
    if (mode != Mode.RESUME || provenance == null || plan == null) {
      return mode == Mode.RESUME ? provenance : null;
    }
    boolean replacement = plan.command().equals(command) && plan.settings().equals(settings);
    boolean whole = provenance.command().equals(command) && provenance.settings().equals(settings);
    return whole && !replacement ? provenance : null;
  }

  /**
   * Removes the files of an unfinished run, and writes the plan. A whole output stays.
   *
   * @throws RunException where another run has written there since this one looked
   * @throws IOException when storage fails
   */
  void begin(Plan newPlan) throws IOException, RunException {
    if (!State.of(layout, fs).equals(seen)) {
      throw OutputLock.changed(layout);
    }
    if (provenance != null) {
      removeIncomplete();
      fs.mkdirs(layout.temporary());
      fs.create(layout.replaces(), true).close();
    } else {
      // _SUCCESS goes first, and _incomplete and _provenance.json, which mark the output as
      // Curtain's, last.
      fs.delete(layout.success(layout.root()), false);
      if (fs.exists(layout.incomplete())) {
        fs.create(layout.abandoned(), true).close();
      }
      deleteTables(
          name -> !List.of(Layout.INCOMPLETE, Layout.PROVENANCE, Layout.LOCK).contains(name));
      removeIncomplete();
      fs.mkdirs(layout.temporary());
      fs.delete(layout.provenance(layout.root()), false);
    }
    Upload.abandonAll(fs, layout.root());
    Storage.replaceJson(fs, layout.temporary(), layout.plan(), newPlan);
    BEGUN.set(true);
  }

  /** Removes the whole output that the run replaces, if there is one. */
  private void removeReplaced(Collection<String> tables) throws IOException {
    if (!fs.exists(layout.replaces())) {
      return;
    }
    Provenance old = Storage.readJson(fs, layout.provenance(layout.root()), Provenance.class);
    Set<String> names = new HashSet<>(tables);
    if (old != null) {
      names.addAll(old.tables());
    }
    fs.delete(layout.success(layout.root()), false);
    deleteTables(names::contains);
    fs.delete(layout.provenance(layout.root()), false);
    delete(layout.replaces());
  }

  private void deleteTables(Predicate<String> chosen) throws IOException {
    List<FileStatus> tables =
        list(fs, layout.root()).stream()
            .filter(entry -> chosen.test(entry.getPath().getName()))
            .toList();
    for (FileStatus table : tables) {
      if (table.isDirectory()) {
        fs.delete(layout.success(table.getPath()), false);
      }
    }
    for (FileStatus table : tables) {
      delete(table.getPath());
    }
  }

  /** Deletes a path; where a file system returns false, throws an exception that names it. */
  private void delete(Path path) throws IOException {
    if (!fs.delete(path, true) && fs.exists(path)) {
      throw new IOException("could not delete " + Layout.display(path));
    }
  }

  /** The shards that are done. */
  Marked shards() throws IOException {
    return Marked.read(layout, fs);
  }

  /** The units of the stage that are done. */
  Marked staged() throws IOException {
    return Marked.read(layout.staged(), fs);
  }

  /** Whether the reduction is done, so that the commit may have begun. */
  boolean isReduced() throws IOException {
    return fs.exists(layout.reduced().marker(REDUCED));
  }

  /**
   * Does the reduction, unless it is done: then the commit may have moved its input.
   *
   * @return its unit, or none where there is nothing to write
   */
  Marked reduce(Reduction reduction, Parts parts, Configuration conf) throws IOException {
    Layout reduced = layout.reduced();
    boolean writes = !reduction.tables().isEmpty() || !reduction.files().isEmpty();
    if (writes && !isReduced()) {
      try (ShardWriter writer =
          new ShardWriter(reduced, REDUCED, Uses.COMMITTED, reduction.tables(), conf)) {
        reduction.reduce(parts, writer);
        writer.commit(0, null);
      }
    }
    return Marked.read(reduced, fs);
  }

  /**
   * Moves the files that the markers name, and no others, out, or completes their uploads, and
   * makes the output whole; each step may be repeated.
   *
   * @param lock lock of this output
   * @param made provenance to write beside the tables
   * @param done shards and units of a stage
   * @param reduced the reduction, whose tables and files take the place of the shards'
   * @throws RunException where another run has taken the output over, or has made it whole
   * @throws IOException when storage fails, or the plan is not this run's
   */
  void commit(OutputLock lock, Provenance made, List<Marked> done, Marked reduced)
      throws IOException, RunException {
    refuseOvertaken(lock, provenance);
    removeReplaced(made.tables());
    Set<String> others = new HashSet<>(made.tables());
    others.removeAll(reduced.counts().rows().keySet());
    Set<String> files = publish(made.tables(), others, done, reduced);
    refuseOvertaken(lock, null);
    Upload.abandonAll(fs, layout.root()); // what no marker names
    List<Path> tables = new ArrayList<>();
    for (String table : made.tables()) {
      if (fs.getFileStatus(layout.table(table)).isDirectory()) {
        tables.add(layout.table(table));
      }
    }
    refuseOthers(tables, files);
    for (Path table : tables) {
      seal(table, made);
    }
    seal(layout.root(), made);
    removeIncomplete();
  }

  /**
   * Moves files out and completes uploads, and returns the files' names. A file that is uploaded,
   * too, is a copy for those who read it before.
   */
  private Set<String> publish(
      Collection<String> tables, Set<String> others, List<Marked> done, Marked reduced)
      throws IOException {
    Map<String, Uploaded> uploads = new TreeMap<>(reduced.uploads(tables::contains));
    done.forEach(units -> uploads.putAll(units.uploads(others::contains)));
    Map<String, Path> files = new TreeMap<>(reduced.files(tables::contains));
    done.forEach(units -> files.putAll(units.files(others::contains)));
    files.keySet().removeAll(uploads.keySet());
    Storage.publish(fs, files, layout.root());
    Upload.complete(fs, uploads, layout.root());
    Set<String> names = new TreeSet<>(files.keySet());
    names.addAll(uploads.keySet());
    return names;
  }

  /**
   * Refuses to go on with a commit where the output is not this run's by now.
   *
   * @param there provenance of the whole output that is to be there, or null
   */
  private void refuseOvertaken(OutputLock lock, Provenance there) throws IOException, RunException {
    lock.refuseLost();
    Plan.refuseOvertaken(layout, fs);
    State now = State.of(layout, fs);
    if (!Objects.equals(now.whole() ? now.made() : null, there)) {
      throw OutputLock.changed(layout);
    }
  }

  /**
   * Refuses to seal tables that do not hold the files of this run and no others: a run that was
   * taken over in the midst of its own commit may still have moved some, or deleted these.
   */
  private void refuseOthers(List<Path> tables, Set<String> files) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path table : tables) {
      for (FileStatus file : list(fs, table)) {
        String name = file.getPath().getName();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          found.add(table.getName() + "/" + name);
        }
      }
    }
    Set<String> own = new TreeSet<>(files);
    own.removeIf(name -> name.indexOf('/') < 0);
    if (!found.equals(own)) {
      throw new IOException(
          Layout.display(layout.root())
              + " holds tables that another run has changed meanwhile; see to it that none writes"
              + " there, and give --overwrite to begin again");
    }
  }

  /** Removes {@code _incomplete/}, the last step of a commit. */
  private void removeIncomplete() throws IOException {
    // without its plan a run that is half removed cannot be resumed
    fs.delete(layout.plan(), false);
    delete(layout.incomplete());
  }

  private void seal(Path directory, Provenance made) throws IOException {
    Storage.replaceJson(fs, layout.temporary(), layout.provenance(directory), made);
    fs.create(layout.success(directory), true).close();
  }

  /**
   * Removes what a commit that was stopped left; a replacement that has begun stays.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run is writing there, or has since this one looked
   * @throws IOException when storage fails
   */
  void finish(Consumer<String> warnings) throws IOException, RunException {
    if (plan != null || !fs.exists(layout.incomplete())) {
      return;
    }
    OutputLock lock = lock(warnings);
    try {
      removeIncomplete();
    } finally {
      lock.close();
    }
  }

  /** Refuses an output with a file that a run would delete and that Curtain did not make. */
  private OutputDirectory checked(String output, List<FileStatus> entries) throws RunException {
    Collection<String> tables = new ArrayList<>();
    if (seen.plan() != null) {
      tables.addAll(seen.plan().tables());
    }
    if (seen.made() != null) {
      tables.addAll(seen.made().tables());
    }
    for (FileStatus entry : entries) {
      String name = entry.getPath().getName();
      boolean ours =
          name.equals(Layout.INCOMPLETE)
              || name.equals(Layout.PROVENANCE)
              || name.equals(Layout.SUCCESS)
              || name.equals(Layout.LOCK)
              || tables.contains(name);
      if (!ours) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--output %s holds %s, which Curtain did not make; move it or choose another"
                    + " directory",
                output,
                name));
      }
    }
    return this;
  }

  private static List<FileStatus> list(FileSystem fs, Path directory) throws IOException {
    try {
      return List.of(fs.listStatus(directory));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }
}
