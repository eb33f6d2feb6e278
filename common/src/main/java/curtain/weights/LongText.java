package curtain.weights;

/**
 * A text of a pickle that is longer than any name. It stays in the file, unread: only {@link
 * LatinBytes} makes something of it.
 *
 * @param utf8 where it lies
 */
record LongText(Bytes utf8) {}
