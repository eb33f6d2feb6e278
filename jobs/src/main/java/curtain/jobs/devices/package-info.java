/**
 * {@code curtain devices}: what each process would compute on, the driver's and executors', or why
 * it would not.
 *
 * <p>In come the options of the other commands on device and libtorch; out goes text, and nothing
 * is written. Uses {@code command}, {@code task} and of {@code shards} the scheduler.
 */
package curtain.jobs.devices;
