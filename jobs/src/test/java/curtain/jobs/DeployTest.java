package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.compile.ProgramInfo;
import curtain.jobs.task.Natives;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.network.RandomWeights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * What {@code deploy/} says of clusters that no test has: its syntax, and that what it names is
 * there: paths, classes, settings and options.
 */
@Tag("fast")
final class DeployTest {
  private static final Path ROOT = Path.of(System.getProperty("curtain.root")).normalize();
  private static final Path DEPLOY = ROOT.resolve("deploy");
  private static final Path KUBERNETES = DEPLOY.resolve("kubernetes");

  private static final Pattern FENCED = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");

  /** A path from the root of the checkout; a glob in its last name. */
  private static final Pattern PATHS =
      Pattern.compile("(?<![\\w/.*-])(?:conf|deploy|docs|jobs)/[\\w./*-]*[\\w*]");

  private static final Pattern CLASSES =
      Pattern.compile("\\b(?:curtain|org\\.apache\\.spark)(?:\\.[a-z]\\w*)+\\.[A-Z]\\w+");

  private static final Pattern SETTINGS = Pattern.compile("(?<![\\w/.-])spark\\.[a-z][\\w.]*\\w");

  /** What Maven makes, of which a checkout may have none. */
  private static final Set<String> BUILT =
      Set.of(
          "jobs/target",
          "jobs/target/curtain.jar",
          "jobs/target/natives",
          "jobs/target/natives/*.jar",
          "deploy/spark/target/home",
          "deploy/spark/target/standalone");

  /** Settings of modules of Spark that are not on the class path here. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "spark.kubernetes.namespace",
          "spark.kubernetes.container.image",
          "spark.kubernetes.authenticate.driver.serviceAccountName",
          "spark.kubernetes.driver.podTemplateFile",
          "spark.kubernetes.executor.podTemplateFile",
          "spark.yarn.appMasterEnv.JAVA_HOME",
          "spark.yarn.appMasterEnv.ENGINE_CACHE_DIR",
          "spark.standalone.submit.waitAppCompletion");

  /** Settings of resources, whose names are put together. */
  private static final Pattern RESOURCE =
      Pattern.compile("spark\\.(?:task|executor|worker)\\.resource\\.gpu\\.\\w+");

  private static List<Path> files(String pattern) throws IOException {
    try (Stream<Path> all = Files.walk(DEPLOY)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(file -> !DEPLOY.relativize(file).toString().startsWith("spark/"))
              .filter(file -> file.getFileName().toString().matches(pattern))
              .sorted()
              .toList();
      assertFalse(files.isEmpty(), pattern);
      return files;
    }
  }

  private static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  /** The blocks of shell of all pages, each with the page's name. */
  private static Map<String, String> blocks() throws IOException {
    Map<String, String> blocks = new TreeMap<>();
    for (Path page : files(".*\\.md")) {
      int count = 0;
      for (MatchResult block : FENCED.matcher(Files.readString(page)).results().toList()) {
        blocks.put(name(page) + ", block " + ++count, block.group(1));
      }
    }
    return blocks;
  }

  private static List<Map<?, ?>> objects(Path file) throws IOException {
    List<Map<?, ?>> objects = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      yaml.loadAll(in).forEach(object -> objects.add((Map<?, ?>) object));
    }
    return objects;
  }

  private static Map<?, ?> object(String name) throws IOException {
    List<Map<?, ?>> objects = objects(KUBERNETES.resolve(name));
    assertEquals(1, objects.size(), name);
    return objects.get(0);
  }

  private static Object at(Object from, Object... path) {
    Object value = from;
    for (Object key : path) {
      value =
          value instanceof List<?> list ? list.get((Integer) key) : ((Map<?, ?>) value).get(key);
    }
    return value;
  }

  private static Properties settings(Path file) throws IOException {
    Properties settings = new Properties();
    settings.load(Files.newBufferedReader(file));
    return settings;
  }

  /** A version of the parent pom. */
  private static String pinned(String what) throws IOException {
    return Pattern.compile("<" + what + "\\.version>(.*)</")
        .matcher(Files.readString(ROOT.resolve("pom.xml")))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  @Test
  void kubernetesObjectsHaveTheFieldsOfTheirKinds() throws IOException {
    Map<String, List<String>> breaches = new TreeMap<>();
    Set<String> kinds = new TreeSet<>();
    for (Path file : files(".*\\.yaml")) {
      for (Map<?, ?> object : objects(file)) {
        kinds.add((String) object.get("kind"));
        List<String> found = ObjectFields.breaches(object);
        if (!found.isEmpty()) {
          breaches.put(name(file), found);
        }
      }
    }
    assertEquals(Map.of(), breaches);
    assertTrue(kinds.containsAll(Set.of("Pod", "Role", "SparkApplication")), kinds.toString());
  }

  @Test
  void misspeltMisplacedAndForgottenFieldsShow() {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    String pod =
        """
        apiVersion: v1
        kind: Pod
        spec:
          readOnlyRootFilesystem: true
          containers:
            - image: curtain
              securityContext: {allowPrivilegeEscalation: "no"}
          volumes: {name: tmp}
        """;
    assertEquals(
        List.of(
            "Pod.spec.readOnlyRootFilesystem is no field of PodSpec",
            "Pod.spec.containers lacks name",
            "Pod.spec.containers.securityContext.allowPrivilegeEscalation is no, no b",
            "Pod.spec.volumes is no list"),
        ObjectFields.breaches(yaml.load(pod)));
    assertEquals(List.of("no kind of object: Pods"), ObjectFields.breaches(Map.of("kind", "Pods")));
  }

  @Test
  void podsRunWithoutRootOnAReadOnlyRoot() throws IOException {
    Map<?, ?> pod = object("pod.yaml");
    Map<?, ?> app = object("spark-application.yaml");
    Object spec = pod.get("spec");
    assertEquals(true, at(spec, "securityContext", "runAsNonRoot"));
    Object container = at(spec, "containers", 0);
    assertEquals(true, at(container, "securityContext", "readOnlyRootFilesystem"));
    assertEquals(false, at(container, "securityContext", "allowPrivilegeEscalation"));
    assertEquals(List.of("ALL"), at(container, "securityContext", "capabilities", "drop"));
    for (String role : List.of("driver", "executor")) {
      Object other = at(app, "spec", role, "template", "spec");
      assertEquals("spark-kubernetes-" + role, at(other, "containers", 0, "name"));
      for (String field : List.of("securityContext", "volumes")) {
        assertEquals(at(spec, field), at(other, field), role + " " + field);
      }
      for (String field : List.of("securityContext", "volumeMounts")) {
        assertEquals(at(container, field), at(other, "containers", 0, field), role + " " + field);
      }
    }
    Set<Object> mounts = new TreeSet<>();
    Set<Object> mounted = new TreeSet<>();
    ((List<?>) at(container, "volumeMounts"))
        .forEach(
            mount -> {
              mounts.add(at(mount, "mountPath"));
              mounted.add(at(mount, "name"));
            });
    assertEquals(Set.of("/tmp", "/opt/spark/work-dir", "/var/cache/curtain", "/data"), mounts);
    Set<Object> volumes = new TreeSet<>();
    ((List<?>) at(spec, "volumes")).forEach(volume -> volumes.add(at(volume, "name")));
    assertEquals(volumes, mounted);
  }

  @Test
  void kubernetesSettingsAreThoseOfConfAndOfEachOther() throws IOException {
    Map<?, ?> app = (Map<?, ?>) at(object("spark-application.yaml"), "spec");
    Map<?, ?> operator = (Map<?, ?>) app.get("sparkConf");
    Properties defaults = settings(ROOT.resolve("conf/spark-defaults.conf"));
    Properties submit = settings(KUBERNETES.resolve("kubernetes.conf"));
    // The image has the environment, and the operator fields of its own for memory.
    Pattern elsewhere = Pattern.compile("spark\\.(?:executorEnv\\..*|executor\\.memory.*)");
    Set<String> wanted = new TreeSet<>(defaults.stringPropertyNames());
    wanted.removeIf(key -> elsewhere.matcher(key).matches());
    operator.keySet().forEach(key -> wanted.add(key.toString()));
    for (String key : wanted) {
      String value = submit.getProperty(key, defaults.getProperty(key, ""));
      assertEquals(words(value), words(String.valueOf(operator.get(key))), key);
    }
    assertEquals(submit.getProperty("spark.kubernetes.container.image"), app.get("image"));
    for (String role : List.of("driver", "executor")) {
      for (String what : List.of("memory", "memoryOverhead")) {
        String key = "spark." + role + "." + what;
        assertEquals(submit.getProperty(key, defaults.getProperty(key)), at(app, role, what), key);
      }
    }
    assertEquals(submit.getProperty("spark.executor.cores"), at(app, "executor", "cores") + "");
    assertEquals(
        submit.getProperty("spark.executor.instances"), at(app, "executor", "instances") + "");
    assertEquals(pinned("spark"), app.get("sparkVersion"));
  }

  @Test
  void imagesAreWithoutRootAndHaveTheEnvironmentOfExecutors() throws IOException {
    Dockerfile file = Dockerfile.read(DEPLOY.resolve("container/Dockerfile"));
    Map<String, String> executors =
        Files.readAllLines(ROOT.resolve("conf/native.env")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    for (String target : List.of("cpu", "cuda")) {
      Map<String, String> environment = file.environment(target);
      executors.forEach((name, value) -> assertEquals(value, environment.get(name), name));
      assertEquals("/var/cache/curtain", environment.get("ENGINE_CACHE_DIR"));
      List<List<String>> users =
          file.line(target).stream().flatMap(stage -> stage.of("USER").stream()).toList();
      assertTrue(users.get(users.size() - 1).get(0).matches("[1-9]\\d*"), target + " " + users);
    }
    Set<String> sources = new TreeSet<>();
    for (Dockerfile.Stage stage : file.stages()) {
      for (List<String> copy : stage.of("COPY")) {
        if (copy.get(0).startsWith("--from=")) {
          assertEquals("--from=libtorch", copy.get(0)); // the build context of README.md
        } else {
          sources.addAll(copy.subList(0, copy.size() - 1));
        }
      }
    }
    for (String source : sources) {
      assertTrue(exists(source), source);
      assertTrue(
          Files.readAllLines(DEPLOY.resolve("container/Dockerfile.dockerignore")).stream()
              .filter(line -> line.startsWith("!"))
              .anyMatch(line -> glob(line.substring(1)).matcher(source).matches()),
          source + " is ignored");
    }
    assertEquals("cpu", file.stages().get(file.stages().size() - 1).name());
  }

  @Test
  void versionsAreThePinnedOnes() throws IOException {
    String image = Files.readString(DEPLOY.resolve("container/Dockerfile"));
    assertTrue(image.contains("/spark:" + pinned("spark") + "-scala2.12-java17-"), image);
    Set<String> libtorch = new TreeSet<>();
    for (Path page : files(".*\\.md")) {
      Pattern.compile("libtorch[- ](\\d+\\.\\d+\\.\\d+)")
          .matcher(Files.readString(page))
          .results()
          .forEach(version -> libtorch.add(version.group(1)));
    }
    assertEquals(Set.of(pinned("pytorch")), libtorch);
  }

  @Test
  void jsonParses() throws IOException {
    for (Path file : files(".*\\.json")) {
      StreamSupport.stream(new ObjectMapper().readTree(file.toFile()).spliterator(), false)
          .forEach(
              each -> {
                assertTrue(each.hasNonNull("Classification"), file + ": " + each);
                assertTrue(each.path("Properties").isObject(), file + ": " + each);
              });
    }
  }

  @Test
  void shellParses() throws Exception {
    Map<String, String> scripts = blocks();
    assertTrue(scripts.size() > 10, scripts.keySet().toString());
    for (Path file : files(".*\\.(sh|sbatch)")) {
      scripts.put(name(file), Files.readString(file));
      assertTrue(Files.isExecutable(file) || file.endsWith("standalone/env.sh"), name(file));
    }
    Map<String, String> wrong = new TreeMap<>();
    for (Map.Entry<String, String> each : scripts.entrySet()) {
      Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
      try (var in = bash.getOutputStream()) {
        in.write(each.getValue().getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (bash.waitFor() != 0 || !said.isEmpty()) {
        wrong.put(each.getKey(), said);
      }
    }
    assertEquals(Map.of(), wrong);
  }

  @Test
  void pathsAreThere() throws IOException {
    Map<String, Set<String>> missing = new TreeMap<>();
    int count = 0;
    for (Path file : files(".*")) {
      String text = Files.readString(file).replaceAll("\\]\\([^)]*\\)", ""); // LinksTest has these
      for (MatchResult path : PATHS.matcher(text).results().toList()) {
        count++;
        if (!exists(path.group())) {
          missing.computeIfAbsent(name(file), none -> new TreeSet<>()).add(path.group());
        }
      }
    }
    assertEquals(Map.of(), missing);
    assertTrue(count > 50, "paths: " + count);
  }

  private static boolean exists(String path) throws IOException {
    if (BUILT.contains(path) || Files.exists(ROOT.resolve(path))) {
      return true;
    }
    Path parent = ROOT.resolve(path).getParent();
    if (!Files.isDirectory(parent)) {
      return false;
    }
    try (Stream<Path> beside = Files.list(parent)) {
      Pattern wanted = glob(ROOT.resolve(path).getFileName().toString());
      return beside.anyMatch(file -> wanted.matcher(file.getFileName().toString()).matches());
    }
  }

  private static Pattern glob(String path) {
    return Pattern.compile(
        Arrays.stream(path.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  @Test
  void classesAreThere() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path file : files(".*")) {
      CLASSES.matcher(Files.readString(file)).results().forEach(name -> named.add(name.group()));
    }
    assertTrue(named.contains("curtain.jobs.Main"), named.toString());
    for (String name : named) {
      String file = name.replace('.', '/') + ".class";
      assertTrue(getClass().getClassLoader().getResource(file) != null, name);
    }
  }

  @Test
  void settingsOfSparkAreKnown() throws IOException {
    // What these objects hold is registered when they are made.
    assertTrue(org.apache.spark.internal.config.package$.MODULE$ != null);
    assertTrue(org.apache.spark.internal.config.Worker$.MODULE$ != null);
    Set<String> named = new TreeSet<>();
    for (Path file : files(".*")) {
      SETTINGS.matcher(Files.readString(file)).results().forEach(key -> named.add(key.group()));
    }
    Set<String> defaults = settings(ROOT.resolve("conf/spark-defaults.conf")).stringPropertyNames();
    Set<String> unknown =
        named.stream()
            .filter(key -> ConfigEntry.findEntry(key) == null)
            .filter(key -> !defaults.contains(key) && !ELSEWHERE.contains(key))
            .filter(key -> !key.startsWith("spark.executorEnv"))
            .filter(key -> !RESOURCE.matcher(key).matches() && !key.equals(Natives.SETTING))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), unknown);
    assertTrue(named.size() > 20, named.toString());
  }

  /** What libraries are told by: names that are in their own classes. */
  @Test
  void librariesKnowWhereTheyAreToldToUnpack() throws IOException {
    assertTrue(constants("/com/sun/jna/Native.class").contains("jna.tmpdir"));
    assertTrue(constants("/ai/djl/util/Utils.class").contains("ENGINE_CACHE_DIR"));
  }

  private static String constants(String file) throws IOException {
    try (InputStream in = DeployTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void commandsHaveOptionsThatThereAre() throws IOException {
    Set<String> wrong = new TreeSet<>();
    int count = 0;
    Pattern command = Pattern.compile("(?:curtain\\.jar|curtain\\.sbatch) ([a-z]+ --.*)");
    for (Map.Entry<String, String> block : blocks().entrySet()) {
      for (String line : block.getValue().replace("\\\n", " ").lines().toList()) {
        for (MatchResult found : command.matcher(line.replaceAll(" +", " ")).results().toList()) {
          count++;
          parse(block.getKey(), found.group(1), wrong);
        }
      }
    }
    List<?> arguments = (List<?>) at(object("spark-application.yaml"), "spec", "arguments");
    parse(
        "spark-application.yaml",
        arguments.stream().map(String::valueOf).collect(Collectors.joining(" ")),
        wrong);
    assertEquals(Set.of(), wrong);
    assertTrue(count >= 10, "commands: " + count);
  }

  private static void parse(String where, String words, Set<String> wrong) {
    CommandLine program = Main.program();
    try {
      program.parseArgs(words.split(" ", -1));
    } catch (ParameterException e) {
      wrong.add(where + ": " + e.getMessage());
    }
  }

  /** The table of {@code deploy/README.md} says which, and so does each page. */
  @Test
  void whatWasNotRunSaysSo() throws IOException {
    String table = Files.readString(DEPLOY.resolve("README.md"));
    for (Path page : files("README.md")) {
      String folder = page.getParent().getFileName().toString();
      if (!page.getParent().equals(DEPLOY)) {
        assertTrue(table.contains("](" + folder + "/README.md"), folder + " is in no table");
        String text = Files.readString(page).toLowerCase(Locale.ROOT);
        assertTrue(text.contains("not run"), name(page) + " does not say what was not run");
      }
    }
  }

  /** Recomputes the columns of the table of sizes that follow from the others. */
  @Test
  void sizesFollowFromDataSheets() throws IOException {
    List<String[]> rows =
        Files.readString(DEPLOY.resolve("README.md"))
            .lines()
            .dropWhile(line -> !line.startsWith("| card |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
            .toList();
    assertTrue(rows.size() >= 5, "cards: " + rows.size());
    long gates = gatesOfResNet50();
    for (String[] row : rows) {
      double memory = Double.parseDouble(row[1]);
      double int8 = Double.parseDouble(row[2]);
      double float32 = Double.parseDouble(row[3]);
      double pullbacks = float32 * 1000 / 2 * 0.4 / (4.1 * 2.2);
      long block = (long) (memory * 1e9 * 0.6 / gates) / 16 * 16;
      List<String> expected =
          List.of(
              number(int8 * 1000 / 2 * 0.5),
              number(pullbacks),
              number(Math.ceil(pullbacks * 0.015) + 2),
              number((double) block),
              number(Math.ceil(2 + 2 * 48 * (double) block * block / 1e9)));
      assertEquals(expected, Arrays.asList(row).subList(4, row.length), row[0]);
    }
  }

  private static long gatesOfResNet50() throws IOException {
    Network network = RandomWeights.network(Architecture.of("resnet50"), Normalisation.IMAGENET, 0);
    return ProgramInfo.relus(network).stream().mapToLong(ProgramInfo.Layer::size).sum();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
