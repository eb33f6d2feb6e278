/** The commands of Curtain, on Spark. */
package curtain.jobs;
