package curtain.images;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** A Parquet file taken apart, to be changed and put together again. */
final class ParquetParts {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** A page's header and its bytes as they lie in the file. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Page(PageHeader header, byte[] body) {}

  /** The footer; offsets and sizes of columns become right when the pages are written. */
  final FileMetaData footer;

  /** Pages of each column of each row group, in the footer's order. */
  final List<List<Page>> columns = new ArrayList<>();

  /** What every header has behind its fields, in Thrift's compact form. */
  byte[] fields = {};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ParquetParts(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = file.length - 8 - bytes.getInt(file.length - 8);
    footer = Util.readFileMetaData(new ByteArrayInputStream(file, start, file.length - start));
    for (RowGroup group : footer.row_groups) {
      for (ColumnChunk chunk : group.columns) {
        columns.add(pages(file, chunk.meta_data));
      }
    }
  }

  /** Writes the pages; afterwards the footer may be made to lie about them. */
  void writePages() throws IOException {
    out.writeBytes(MAGIC);
    int i = 0;
    for (RowGroup group : footer.row_groups) {
      for (ColumnChunk chunk : group.columns) {
        write(columns.get(i++), chunk.meta_data);
      }
    }
  }

  /** The footer as it will be written. */
  byte[] footerBytes() throws IOException {
    ByteArrayOutputStream thrift = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, thrift);
    return thrift.toByteArray();
  }

  /** Writes a footer and its length, and gives the whole file. */
  byte[] end(byte[] thrift, int length) {
    out.writeBytes(thrift);
    ByteBuffer tail = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length);
    out.writeBytes(tail.array());
    out.writeBytes(MAGIC);
    return out.toByteArray();
  }

  private static List<Page> pages(byte[] file, ColumnMetaData chunk) throws IOException {
    long start = chunk.data_page_offset;
    if (chunk.isSetDictionary_page_offset() && chunk.dictionary_page_offset > 0) {
      start = Math.min(start, chunk.dictionary_page_offset);
    }
    List<Page> pages = new ArrayList<>();
    long end = start + chunk.total_compressed_size;
    for (int at = (int) start; at < end; ) {
      ByteArrayInputStream in = new ByteArrayInputStream(file, at, file.length - at);
      PageHeader header = Util.readPageHeader(in);
      int body = file.length - in.available();
      at = body + header.compressed_page_size;
      pages.add(new Page(header, Arrays.copyOfRange(file, body, at)));
    }
    return pages;
  }

  private void write(List<Page> pages, ColumnMetaData chunk) throws IOException {
    int start = out.size();
    boolean dictionary = !pages.isEmpty() && pages.get(0).header.isSetDictionary_page_header();
    chunk.data_page_offset = start;
    for (int i = 0; i < pages.size(); i++) {
      if (i == 0 && dictionary) {
        chunk.setDictionary_page_offset(start);
      } else if (i == 1 && dictionary) {
        chunk.data_page_offset = out.size();
      }
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      Util.writePageHeader(pages.get(i).header, header);
      out.write(header.toByteArray(), 0, header.size() - 1); // what ends it is one byte, 0
      out.writeBytes(fields);
      out.write(0);
      out.writeBytes(pages.get(i).body);
    }
    chunk.total_compressed_size = (long) out.size() - start;
  }
}
