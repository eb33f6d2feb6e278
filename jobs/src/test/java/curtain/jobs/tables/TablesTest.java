package curtain.jobs.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the records say of the tables: their schemas, and what {@code docs/tables.md} tells. */
@Tag("fast")
class TablesTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("curtain.root"), "docs/tables.md");

  private static final String COLUMNS = "## Columns\n";

  private static final String REGENERATE =
      "docs/tables.md is not what the records say; write it by: mvn -ntp -B test"
          + " -Dtest=TablesTest -Dsurefire.failIfNoSpecifiedTests=false -Dcurtain.write=true";

  private static String schema(AllTables.Listed listed) {
    String large =
        listed.table().columns().stream()
            .filter(Column::large)
            .map(column -> column.type().leaf(column.name()))
            .collect(Collectors.joining(", "));
    return listed.of()
        + ": "
        + listed.table().parquetSchema().toString().strip()
        + "\nno dictionary: "
        + (large.isEmpty() ? "none" : large)
        + "\n";
  }

  /** The file is what readers of older outputs know; it changes with the format only. */
  @Test
  void schemasStayWhatTheyAre() throws IOException {
    String known;
    try (InputStream in = TablesTest.class.getResourceAsStream("schemas.txt")) {
      known = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertEquals(
        known,
        AllTables.listed().stream().map(TablesTest::schema).collect(Collectors.joining("\n")));
  }

  /** One that reads some columns only has a row that says nothing of them. */
  @Test
  void everyTableIsListed() {
    List<Table<?>> listed = new ArrayList<>();
    AllTables.listed().forEach(each -> listed.add(each.table()));
    List<Table<?>> constants = AllTables.constants();
    assertTrue(constants.size() > 20, constants.toString());
    for (Table<?> table : constants) {
      boolean selected =
          listed.stream()
              .anyMatch(
                  all ->
                      all.name().equals(table.name())
                          && all.row() != table.row()
                          && all.columns().containsAll(table.columns()));
      assertTrue(selected || listed.contains(table), table.toString());
    }
  }

  /** A command's code names what it writes; its name is the room's. */
  @Test
  void everyOutputIsListedOfACommandThatWritesIt() {
    Set<String> outputs = new TreeSet<>();
    for (AllTables.Listed listed : AllTables.listed()) {
      if (listed.isOutput()) {
        List<String> writers = WrittenTables.writers(listed.table());
        String command = listed.of().split(" --", 2)[0];
        assertTrue(writers.contains(command), listed + " is written by " + writers);
        outputs.add(listed.table().name());
      }
    }
    Set<String> written = new TreeSet<>();
    WrittenTables.rooms().forEach(room -> written.addAll(WrittenTables.names(room)));
    assertEquals(outputs, written);
  }

  @Test
  void everyColumnIsDocumented() {
    for (AllTables.Listed listed : AllTables.listed()) {
      for (Column column : listed.table().columns()) {
        assertFalse(column.doc().isEmpty(), listed.table().name() + "." + column.name());
        assertFalse(column.doc().endsWith("."), column.doc());
      }
    }
  }

  @Test
  void theDocumentIsCurrent() throws IOException {
    String document = Files.readString(DOCUMENT);
    int at = document.indexOf(COLUMNS);
    assertTrue(at >= 0, DOCUMENT + " has no heading " + COLUMNS);
    String current = document.substring(0, at) + columns();
    if (Boolean.getBoolean("curtain.write")) {
      Files.writeString(DOCUMENT, current);
    } else {
      assertTrue(document.equals(current), REGENERATE);
    }
  }

  private static String columns() {
    StringBuilder text = new StringBuilder(COLUMNS);
    text.append(
        "\nThe code's own records say what follows, and a test holds this page to them."
            + " [Section 12](specification.md#12-parquet) of the specification is the contract.\n");
    for (AllTables.Listed listed : AllTables.listed()) {
      if (listed.isOutput()) {
        table(listed.table(), text);
      }
    }
    return text.toString();
  }

  private static void table(Table<?> table, StringBuilder text) {
    String writers =
        WrittenTables.writers(table).stream()
            .map(TablesTest::linked)
            .collect(Collectors.joining(" and "));
    text.append("\n### `%s`, of %s\n\n".formatted(table.name(), writers));
    text.append("Its record is `%s`.\n\n".formatted(table.row().getName()));
    text.append("| column | type | what it holds |\n|---|---|---|\n");
    for (Column column : table.columns()) {
      text.append(
          "| `%s` | %s | %s |\n"
              .formatted(column.name(), column.type().words(), column.doc().replace("|", "\\|")));
    }
  }

  private static String linked(String command) {
    return command.equals("every job")
        ? command
        : "[`%s`](commands/%s.md)".formatted(command, command);
  }
}
