package curtain.jobs.shards;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The units of a layout that are done, as one look at their markers finds them. A run looks once
 * when its tasks have ended, and goes by that in all that follows.
 *
 * @param layout the layout
 * @param units markers by unit
 */
record Marked(Layout layout, Map<String, Marker> units) {
  /** Keeps a copy, ordered by unit. */
  Marked {
    units = new TreeMap<>(units);
  }

  /**
   * Reads all markers.
   *
   * @throws IOException when storage fails, or naming a marker that is damaged
   */
  static Marked read(Layout layout, FileSystem fs) throws IOException {
    Map<String, Marker> units = new TreeMap<>();
    FileStatus[] markers;
    try {
      markers = fs.listStatus(layout.markers());
    } catch (FileNotFoundException e) {
      return new Marked(layout, units);
    }
    for (FileStatus marker : markers) {
      String name = marker.getPath().getName();
      String unit = name.substring(0, name.length() - Layout.MARKER.length());
      Marker read = Storage.readJson(fs, marker.getPath(), Marker.class);
      if (read != null) { // deleted since it was listed
        units.put(unit, read);
      }
    }
    return new Marked(layout, units);
  }

  /** The sum of the units' counts. */
  ShardResult counts() {
    return units.values().stream().map(Marker::counts).reduce(ShardResult.NONE, ShardResult::plus);
  }

  /** The files of a table, in the order of the names that they get, which is that of the units. */
  List<Path> files(String table) {
    return List.copyOf(files(table::equals).values());
  }

  /**
   * The files of chosen tables, and chosen plain files, by their names below {@code --output}.
   *
   * @param chosen takes the name of a table or plain file
   */
  SortedMap<String, Path> files(Predicate<String> chosen) {
    SortedMap<String, Path> files = new TreeMap<>();
    for (Marker marker : units.values()) {
      for (Map.Entry<String, String> file : marker.files().entrySet()) {
        if (chosen.test(Marker.table(file.getKey()))) {
          files.put(file.getKey(), layout.unfinished(file.getValue()));
        }
      }
    }
    return files;
  }

  /**
   * The uploads of chosen tables, and of chosen plain files, by their names below {@code --output}.
   *
   * @param chosen takes the name of a table or plain file
   */
  SortedMap<String, Uploaded> uploads(Predicate<String> chosen) {
    SortedMap<String, Uploaded> uploads = new TreeMap<>();
    for (Marker marker : units.values()) {
      marker
          .uploads()
          .forEach(
              (name, upload) -> {
                if (chosen.test(Marker.table(name))) {
                  uploads.put(name, upload);
                }
              });
    }
    return uploads;
  }
}
