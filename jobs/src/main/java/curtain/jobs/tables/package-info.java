/**
 * Curtain's Parquet tables: their columns, and a reader and a writer that need no Spark.
 *
 * <p>In come rows and a path; out go files whose columns are checked when they are read. Uses
 * Parquet and Hadoop's file systems, and nothing else of Curtain.
 */
package curtain.jobs.tables;
