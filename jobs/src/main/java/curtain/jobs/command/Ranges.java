package curtain.jobs.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converters of option values to whole numbers within a range; others are refused with the range.
 */
public final class Ranges {
  private Ranges() {}

  private static long whole(String value, long least, long most) {
    try {
      long number = Long.parseLong(value.replace("_", ""));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below is for this, too.
    }
    throw new TypeConversionException(
        most == Long.MAX_VALUE
            ? String.format(Locale.ROOT, "'%s' is no whole number, %d or more", value, least)
            : String.format(
                Locale.ROOT, "'%s' is no whole number from %d to %d", value, least, most));
  }

  /** A number of 1 or more, 64 bits. */
  public static final class PositiveLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return whole(value, 1, Long.MAX_VALUE);
    }
  }

  /** A number of 0 or more, 64 bits. */
  static final class NonNegativeLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return whole(value, 0, Long.MAX_VALUE);
    }
  }

  /** A number from 1 to 65,536, of threads, partitions or images in a batch. */
  public static final class Count implements ITypeConverter<Integer> {
    private static final int MOST = 65_536;

    @Override
    public Integer convert(String value) {
      return (int) whole(value, 1, MOST);
    }
  }

  /** A number from 0 to 65,536, of a walk's step. */
  public static final class Step implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 0, Count.MOST);
    }
  }

  /** A number from 32 to 4,096, of a picture's pixels on a side. */
  public static final class Side implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 32, 4096);
    }
  }
}
