package curtain.jobs;

import curtain.jobs.tables.Column;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.WrittenTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Pages of {@code docs/commands/}, one for each command, its subcommands on it: what the model of
 * the command line says, the tables that the code names, and the example of {@code conf/}.
 */
final class CommandPages {
  private static final int WIDTH = 100;

  /** A default within a description, which {@code --help} has there. */
  private static final Pattern DEFAULT = Pattern.compile(" \\(default: ([^()]*)\\)");

  /** Options, directories, files, and names with underscores within a description. */
  private static final Pattern CODE =
      Pattern.compile(
          "(?<![\\w./-])(?:--[a-z][a-z-]*|[a-z_-]{2,}/(?=[ ,.;:)]|$)"
              + "|[\\w-]+\\.(?:csv|html|json|png|safetensors|tsv)|\\w*_\\w+)(?!\\w)");

  private static final String EXAMPLE = "Example: ";

  private final Path root;
  private final StringBuilder text = new StringBuilder();

  private CommandPages(Path root) {
    this.root = root;
  }

  /** All pages, by the names of their files. */
  static Map<String, String> of(Path root) throws IOException {
    CommandLine program = Main.program();
    Map<String, String> pages = new TreeMap<>();
    for (CommandLine command : program.getSubcommands().values()) {
      CommandPages page = new CommandPages(root);
      page.text.append("<!-- Written from the code by CommandPagesTest, which says how. -->\n\n");
      page.command(command, "#");
      page.example(command.getCommandName());
      page.exitStatus(program.getCommandSpec().usageMessage().footer());
      pages.put(command.getCommandName() + ".md", page.text.toString());
    }
    return pages;
  }

  /** The last line of the program's own help. */
  private void exitStatus(String[] lines) {
    String[] words = lines[lines.length - 1].split(": ", 2);
    text.append("\n## %s\n\n%s\n".formatted(words[0], prose(words[1])));
  }

  private void command(CommandLine command, String level) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName().replaceFirst("^\\S+ ", "");
    text.append("%s `%s`\n\n".formatted(level, name));
    text.append(prose(String.join(" ", spec.usageMessage().description())));
    if (level.length() == 1) {
      text.append(" [What it is for](../commands.md#%s).".formatted(name));
    }
    text.append("\n\n");
    fenced(synopsis(command));
    text.append("\n%s# Options\n\n".formatted(level));
    options(spec);
    List<Table<?>> tables =
        WrittenTables.of(spec.userObject().getClass().getPackageName().replaceFirst(".*\\.", ""));
    if (!tables.isEmpty()) {
      text.append("\n%s# Tables\n\n".formatted(level));
      tables(tables);
    }
    footer(level, List.of(spec.usageMessage().footer()));
    for (CommandLine each : command.getSubcommands().values()) {
      text.append("\n");
      command(each, level + "#");
    }
  }

  private static List<String> synopsis(CommandLine command) {
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(WIDTH);
    Help help = new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF));
    return help.synopsis(0).lines().toList();
  }

  private void options(CommandSpec spec) {
    List<ArgSpec> all = new ArrayList<>(spec.positionalParameters());
    spec.options().stream()
        .sorted(
            Comparator.comparing((OptionSpec option) -> !isRequired(option))
                .thenComparing(CommandPages::isGeneral)
                .thenComparing(OptionSpec::longestName))
        .forEach(all::add);
    text.append("| option | default | what it does |\n|---|---|---|\n");
    for (ArgSpec each : all) {
      String said = String.join(" ", each.description());
      if (each.defaultValue() != null) {
        said = said.replace("${DEFAULT-VALUE}", each.defaultValue());
      }
      Matcher told = DEFAULT.matcher(said);
      String preset = told.find() ? told.group(1) : null;
      text.append(
          "| %s | %s | %s%s |\n"
              .formatted(
                  named(each),
                  cell(preset(each, preset)),
                  cell(prose(told.replaceFirst(""))),
                  cell(values(each))));
    }
    for (ArgGroupSpec group : spec.argGroups()) {
      if (group.exclusive()) {
        text.append(
            "\n%s one of %s.\n"
                .formatted(
                    group.multiplicity().min() == 0 ? "At most" : "Exactly",
                    group.args().stream()
                        .map(arg -> "`" + ((OptionSpec) arg).longestName() + "`")
                        .collect(Collectors.joining(" and "))));
      }
    }
  }

  /** Of a group one option is, at most; picocli calls each of them required within it. */
  private static boolean isRequired(ArgSpec arg) {
    return arg.required() && arg.group() == null;
  }

  /** Whether every command has it. */
  private static boolean isGeneral(OptionSpec option) {
    return option.usageHelp() || option.versionHelp() || option.inherited();
  }

  private static String named(ArgSpec arg) {
    List<String> names =
        arg instanceof OptionSpec option ? List.of(option.names()) : List.of(arg.paramLabel());
    String label = arg.arity().max() == 0 || arg.isPositional() ? "" : "=" + arg.paramLabel();
    String more = arg instanceof PositionalParamSpec && arg.arity().max() > 1 ? "..." : "";
    return names.stream()
        .map(name -> "`" + cell(name + label + more) + "`")
        .collect(Collectors.joining(", "));
  }

  /**
   * What an option is where it is not given.
   *
   * @param said by its description, or null
   */
  private static String preset(ArgSpec arg, String said) {
    if (isRequired(arg)) {
      return "required";
    }
    if (arg.arity().max() == 0) {
      return "";
    }
    if (said == null) {
      return arg.defaultValue() == null ? "none" : "`" + arg.defaultValue() + "`";
    }
    return arg.defaultValue() == null && !said.matches("[\\d.,]+") ? prose(said) : "`" + said + "`";
  }

  private static String values(ArgSpec arg) {
    if (arg.completionCandidates() == null) {
      return "";
    }
    List<String> values = new ArrayList<>();
    arg.completionCandidates().forEach(value -> values.add("`" + value + "`"));
    return values.isEmpty() ? "" : " Values: " + String.join(", ", values) + ".";
  }

  private void tables(List<Table<?>> tables) {
    text.append(
        "What it can write under `--output`, a directory each; some are there only where an option"
            + " asks for them.\n\n");
    text.append("| table | columns |\n|---|---|\n");
    for (Table<?> table : tables) {
      text.append(
          "| [`%s`](../tables.md#%s) | %s |\n"
              .formatted(
                  table.name(),
                  WrittenTables.anchor(table),
                  table.columns().stream()
                      .map(Column::name)
                      .map(name -> "`" + name + "`")
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Examples, and before them, by paragraphs, what else the help's end says. */
  private void footer(String level, List<String> lines) {
    List<String> examples = new ArrayList<>();
    List<List<String>> notes = new ArrayList<>(List.of(new ArrayList<>()));
    for (String format : lines) {
      String line = String.format(Locale.ROOT, format);
      if (line.startsWith(EXAMPLE) || (!examples.isEmpty() && line.startsWith(" "))) {
        examples.add(line.substring(EXAMPLE.length()));
      } else if (line.isBlank()) {
        notes.add(new ArrayList<>());
      } else {
        notes.get(notes.size() - 1).add(line);
      }
    }
    notes.removeIf(List::isEmpty);
    if (!notes.isEmpty()) {
      text.append("\n%s# Notes\n".formatted(level));
    }
    for (List<String> note : notes) {
      text.append("\n");
      if (note.stream().anyMatch(line -> line.startsWith(" "))) {
        fenced(note);
      } else {
        text.append(prose(String.join(" ", note))).append("\n");
      }
    }
    if (!examples.isEmpty()) {
      text.append("\n%s# Example\n\n".formatted(level));
      fenced(examples);
    }
  }

  private void example(String command) throws IOException {
    String name = "conf/" + command + ".args";
    if (Files.exists(root.resolve(name))) {
      text.append("\n## A file of options\n\n");
      text.append(
          "[%s](../../%s), which `@%s` on the command line reads:\n\n".formatted(name, name, name));
      fenced(Files.readAllLines(root.resolve(name)));
    }
  }

  private void fenced(List<String> lines) {
    text.append("```text\n");
    lines.forEach(line -> text.append(line.stripTrailing()).append("\n"));
    text.append("```\n");
  }

  /** A sentence as Markdown: what looks like code is, and nothing else means more than itself. */
  private static String prose(String sentence) {
    StringBuilder out = new StringBuilder();
    Matcher codes = CODE.matcher(sentence);
    int at = 0;
    while (codes.find()) {
      out.append(plain(sentence.substring(at, codes.start())));
      out.append("`").append(codes.group()).append("`");
      at = codes.end();
    }
    return out.append(plain(sentence.substring(at))).toString();
  }

  private static String plain(String words) {
    return words.replaceAll("[\\\\`*<~]|(?<!\\w)_|_(?!\\w)", "\\\\$0");
  }

  /** Markdown within a table, where a bar ends a cell, in code, too. */
  private static String cell(String markdown) {
    return markdown.replace("|", "\\|");
  }
}
