package curtain.pullback;

import curtain.Nearest;
import curtain.compile.ProgramInfo.Layer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The value of {@code --neuron}: channels of one layer, whose pre-activations are pulled back in
 * the place of logits [paper, section 3.1, Eq. 9; spec 2].
 *
 * @param layer index of the ReLU call
 * @param name name of the ReLU call
 * @param channels channels, or features where the layer is linear, in the order given
 * @param width W of the layer, 1 where it is linear
 * @param position h W + w, as {@link curtain.compile.Compiler#neurons} takes it; or {@link #SUM},
 *     for the sum of a channel's pre-activations over positions
 */
public record NeuronChoice(int layer, String name, List<Integer> channels, int width, int position)
    implements Serializable {
  /** The position that stands for the sum over all positions. */
  public static final int SUM = -1;

  /** An upper bound of a layer's channels, rows and columns. */
  private static final int MOST = 1 << 15;

  /** Keeps a copy. */
  public NeuronChoice {
    channels = List.copyOf(channels);
  }

  /**
   * Reads the option's value, {@code LAYER:CHANNEL[:Y:X]}. LAYER is the index of a ReLU call or its
   * name; CHANNEL is an index, a range {@code 0-63}, both ends included, several of these separated
   * by commas, or {@code all}.
   *
   * @param relus the network's ReLU calls
   * @throws IllegalArgumentException for a layer, channel or position that does not exist, a
   *     channel that is named twice, and any other form of value
   */
  public static NeuronChoice parse(String text, List<Layer> relus) {
    String[] parts = text.split(":", -1);
    if (parts.length != 2 && parts.length != 4) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form LAYER:CHANNEL or LAYER:CHANNEL:Y:X");
    }
    int index = layer(parts[0], relus);
    Layer layer = relus.get(index);
    List<Integer> channels = channels(parts[1], layer);
    if (layer.shape().size() != 3) {
      if (parts.length == 4) {
        throw new IllegalArgumentException(
            layer.name() + " has no positions, it is linear; give a channel alone");
      }
      return new NeuronChoice(index, layer.name(), channels, 1, SUM);
    }
    int width = layer.shape().get(2);
    int position = SUM;
    if (parts.length == 4) {
      int y = coordinate("Y", parts[2], layer.shape().get(1), layer);
      position = y * width + coordinate("X", parts[3], width, layer);
    }
    return new NeuronChoice(index, layer.name(), channels, width, position);
  }

  /**
   * Reads the text of {@link #toString} without the network: {@code layer} is 0 and {@code width} a
   * bound, and only the name, the channels and {@link #neuron} are to be relied on.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static NeuronChoice read(String text) {
    String name = text.split(":", -1)[0];
    return parse(text, List.of(new Layer(name, List.of(MOST, MOST, MOST))));
  }

  /**
   * The same choice with some of its channels.
   *
   * @param text indices and ranges, separated by commas, or {@code all}
   * @throws IllegalArgumentException for a channel that is not among these, or is named twice
   */
  public NeuronChoice only(String text) {
    if (text.equals("all")) {
      return this;
    }
    List<Integer> some = channels(text, new Layer(name, List.of(MOST)));
    for (int channel : some) {
      if (!channels.contains(channel)) {
        throw new IllegalArgumentException("there is no channel " + channel + " in " + this);
      }
    }
    return new NeuronChoice(layer, name, some, width, position);
  }

  private static int layer(String text, List<Layer> relus) {
    List<String> names = relus.stream().map(Layer::name).toList();
    if (names.contains(text)) {
      return names.indexOf(text);
    }
    int last = relus.size() - 1;
    if (text.matches("-?\\d+")) {
      int index = number(text, relus.size());
      if (index < 0) {
        throw new IllegalArgumentException(
            "layer " + text + " is none of the network's ReLU calls, 0 to " + last);
      }
      return index;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "'%s' is no layer; nearest: %s, or an index of a ReLU call, 0 to %d",
            text,
            Nearest.of(text, names),
            last));
  }

  private static List<Integer> channels(String text, Layer layer) {
    int count = layer.shape().get(0);
    if (text.equals("all")) {
      return Collections.unmodifiableList(range(0, count - 1));
    }
    List<Integer> channels = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.matches("\\d+(-\\d+)?")) {
        throw new IllegalArgumentException(
            "'" + part + "' is no channel: an index, a range like 0-7, or all");
      }
      String[] ends = part.split("-", -1);
      int from = channel(ends[0], count, layer);
      int to = channel(ends[ends.length - 1], count, layer);
      if (from > to) {
        throw new IllegalArgumentException("the range " + part + " ends before it begins");
      }
      for (int channel : range(from, to)) {
        if (channels.contains(channel)) {
          throw new IllegalArgumentException("'" + text + "' names channel " + channel + " twice");
        }
        channels.add(channel);
      }
    }
    return channels;
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      range.add(i);
    }
    return range;
  }

  private static int channel(String text, int count, Layer layer) {
    int channel = number(text, count);
    if (channel < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "channel %s is none of those of %s, 0 to %d",
              text,
              layer.name(),
              count - 1));
    }
    return channel;
  }

  private static int coordinate(String axis, String text, int size, Layer layer) {
    int coordinate = text.matches("\\d+") ? number(text, size) : -1;
    if (coordinate < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s = '%s' is no position of %s, 0 to %d",
              axis,
              text,
              layer.name(),
              size - 1));
    }
    return coordinate;
  }

  /** The number, or -1 where it is not below the bound. */
  private static int number(String digits, int bound) {
    int number = digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
    return number < bound ? number : -1;
  }

  /** The channels as the targets of every image: the program counts them as classes. */
  public TargetChoice targets() {
    return new TargetChoice(TargetChoice.Kind.CLASSES, 0, channels);
  }

  /** The name of a neuron: {@code NAME:CHANNEL}, or with a position {@code NAME:CHANNEL:Y:X}. */
  public String neuron(int channel) {
    return name + ":" + channel + suffix();
  }

  private String suffix() {
    return position == SUM ? "" : ":" + position / width + ":" + position % width;
  }

  /** The option's value, with the layer's name and with runs of ascending channels as ranges. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name).append(':');
    for (int i = 0; i < channels.size(); i++) {
      int from = i;
      while (i + 1 < channels.size() && channels.get(i + 1) == channels.get(i) + 1) {
        i++;
      }
      text.append(from == 0 ? "" : ",").append(channels.get(from));
      text.append(i == from ? "" : "-" + channels.get(i));
    }
    return text + suffix();
  }
}
