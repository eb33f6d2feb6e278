package curtain.images.source;

import java.io.Closeable;
import java.util.Iterator;

/**
 * An iterator that holds open files. {@code next} and {@code hasNext} throw {@link
 * java.io.UncheckedIOException} where storage fails.
 *
 * @param <T> what it yields
 */
public interface CloseableIterator<T> extends Iterator<T>, Closeable {}
