package curtain.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Rows of Parquet files as DuckDB, a reader that is not Spark's, sees them. */
final class Rows {
  private Rows() {}

  /** The query's rows as text, {@code name=value} for each column. */
  static List<String> read(String query) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        StringJoiner row = new StringJoiner(" ");
        for (int column = 1; column <= columns; column++) {
          row.add(result.getMetaData().getColumnName(column) + "=" + result.getString(column));
        }
        rows.add(row.toString());
      }
      return rows;
    }
  }
}
