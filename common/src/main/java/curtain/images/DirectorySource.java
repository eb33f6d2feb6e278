package curtain.images;

import curtain.OneLine;
import curtain.images.source.Label;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a directory holds: images, or Parquet files or archives with what goes with them, but not
 * both, since one of them would be left out unnoticed. Entries are listed as images until it is
 * known; the walk ends where the listing is full of these.
 *
 * <p>What cannot be read, a link to nothing say, decides nothing: among images it is an error, and
 * left out beside Parquet, unless its name is that of a part.
 */
final class DirectorySource implements Tree.Visitor {
  /** Files that data sets have beside their data. */
  private static final Pattern COMPANION =
      Pattern.compile(
          "(.*\\.(md|txt|rst|html?|pdf|json|jsonl|ya?ml|toml|xml|csv|tsv|xlsx?|py|ipynb|sh|bib|cff"
              + "|crc|sha256|md5|log|lock|ini|cfg|np[yz]|arrow|feather|h5|hdf5|mat|pkl|pickle|pth?"
              + "|safetensors|sqlite|db)|licen[cs]e|readme|notice|citation|version|changelog|authors"
              + "|contributors|makefile|dockerfile)",
          Pattern.DOTALL);

  private final Listing listing;
  private final List<ParquetFiles.Table> tables = new ArrayList<>();
  private final List<Archives.Found> archives = new ArrayList<>();
  private String table; // id of the first that can be read, else null
  private String archive; // id of the first, else null
  private String image; // id of the first, else null
  private long companions;

  /** Lists images and what is left out. */
  DirectorySource(Listing listing) {
    this.listing = listing;
  }

  /** All Parquet files of a directory, in order. */
  static List<ParquetFiles.Table> allTables(Folder root) throws IOException {
    List<ParquetFiles.Table> tables = new ArrayList<>();
    Tree.walk(root, new OnlyTables(tables));
    return tables;
  }

  private record OnlyTables(List<ParquetFiles.Table> tables) implements Tree.Visitor {
    @Override
    public boolean file(String id, String file, long length, String problem) {
      if (ParquetFiles.accepts(id)) {
        tables.add(new ParquetFiles.Table(id, file, problem));
      }
      return true;
    }

    @Override
    public boolean leftOut(LeftOut reason) {
      return true;
    }
  }

  @Override
  public boolean file(String id, String file, long length, String problem) {
    String name = id.substring(id.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    boolean part = ParquetFiles.accepts(id);
    if (part) {
      tables.add(new ParquetFiles.Table(id, file, problem));
    }
    boolean packed = Archives.accepts(name);
    if (packed) {
      archives.add(new Archives.Found(id, file, problem));
    }
    if (problem != null) {
      companions += part ? 0 : 1;
      listing.addId(id, Label.UNTOLD, file, 0, length, problem);
    } else if (part) {
      table = table == null ? id : table;
    } else if (packed) {
      archive = archive == null ? id : archive;
    } else {
      if (COMPANION.matcher(name).matches()) {
        companions++;
      } else {
        image = image == null ? id : image;
      }
      listing.addId(id, Label.UNTOLD, file, 0, length, null);
    }
    return kinds() < 2 && !(listing.full() && image != null && kinds() == 1);
  }

  @Override
  public boolean leftOut(LeftOut reason) {
    listing.leaveOut(reason);
    return true;
  }

  private int kinds() {
    return (image == null ? 0 : 1) + (archive == null ? 0 : 1) + (table == null ? 0 : 1);
  }

  /**
   * The Parquet files, where the directory is one of these; else none, and the listing has its
   * images.
   *
   * @param set how messages name the directory
   * @throws IOException where it holds two kinds of sources
   */
  List<ParquetFiles.Table> tables(String set) throws IOException {
    if (kinds() > 1) {
      String kinds =
          Stream.of(
                  named("Parquet", table), named("archives", archive), named("image files", image))
              .flatMap(Optional::stream)
              .collect(Collectors.joining(" and "));
      throw new IOException(
          set
              + " holds more than one kind of source, "
              + kinds
              + "; name the one to read, its folder or file, or move the other away");
    }
    if (tables.isEmpty() || archive != null || image != null) {
      return List.of();
    }
    leaveOutCompanions();
    return tables;
  }

  /** The archives, where the directory is one of these, which {@link #tables} has to say first. */
  List<Archives.Found> archives() {
    if (archive == null) {
      return List.of();
    }
    leaveOutCompanions();
    return archives;
  }

  private void leaveOutCompanions() {
    if (companions > 0) {
      listing.leaveOut(LeftOut.COMPANION, companions);
    }
  }

  private static Optional<String> named(String kind, String first) {
    return first == null ? Optional.empty() : Optional.of(kind + " (" + OneLine.of(first) + ")");
  }
}
