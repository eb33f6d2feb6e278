/** Curtain's Parquet tables: their columns, and a writer that needs no Spark. */
package curtain.jobs.tables;
