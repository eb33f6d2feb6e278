package curtain.jobs.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Option values with a range. */
public final class Ranges {
  private Ranges() {}

  private static long whole(String value, long least, long most) {
    try {
      long number = Long.parseLong(value.replace("_", ""));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, for both.
    }
    throw new TypeConversionException(
        most == Long.MAX_VALUE
            ? String.format(Locale.ROOT, "'%s' is no whole number, %d or more", value, least)
            : String.format(
                Locale.ROOT, "'%s' is no whole number from %d to %d", value, least, most));
  }

  /** 1 and up, 64 bits. */
  public static final class PositiveLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return whole(value, 1, Long.MAX_VALUE);
    }
  }

  /** 0 and up, 64 bits. */
  static final class NonNegativeLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return whole(value, 0, Long.MAX_VALUE);
    }
  }

  /** 1 to 65,536: threads, partitions, batch sizes. */
  public static final class Count implements ITypeConverter<Integer> {
    private static final int MOST = 65_536;

    @Override
    public Integer convert(String value) {
      return (int) whole(value, 1, MOST);
    }
  }

  /** 0 to 65,536: steps of a walk. */
  public static final class Step implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 0, Count.MOST);
    }
  }

  /** 32 to 4,096: sides of pictures. */
  public static final class Side implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 32, 4096);
    }
  }
}
