package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.compile.ProgramInfo.Layer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class NeuronChoiceTest {
  private static final List<Layer> LAYERS =
      List.of(
          new Layer("relu", List.of(8, 5, 7)),
          new Layer("layer1.0.relu#0", List.of(4, 3, 3)),
          new Layer("layer1.0.relu#1", List.of(4, 3, 3)),
          new Layer("classifier.1", List.of(10)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0:3 | 0 | -1 | relu:3 | relu:3",
        "relu:all | 0 | -1 | relu:0-7 | relu:0",
        "relu:0,2,3,4,1 | 0 | -1 | relu:0,2-4,1 | relu:0",
        "relu:6-7,0-1 | 0 | -1 | relu:6-7,0-1 | relu:6",
        "relu:3:4:6 | 0 | 34 | relu:3:4:6 | relu:3:4:6",
        "layer1.0.relu#1:2:0:1 | 2 | 1 | layer1.0.relu#1:2:0:1 | layer1.0.relu#1:2:0:1",
        "3:9,8 | 3 | -1 | classifier.1:9,8 | classifier.1:9",
      })
  void everyForm(String text, int layer, int position, String all, String first) {
    NeuronChoice choice = NeuronChoice.parse(text, LAYERS);
    assertEquals(layer, choice.layer());
    assertEquals(position, choice.position());
    assertEquals(all, choice.toString());
    assertEquals(choice, NeuronChoice.parse(all, LAYERS));
    assertEquals(first, choice.neuron(choice.channels().get(0)));
  }

  @Test
  void theyAreTargetsOfEveryImage() {
    assertEquals(
        Targets.of(List.of(List.of(1, 3), List.of(1, 3))),
        NeuronChoice.parse("0:1,3", LAYERS).targets().of(List.of(7, 8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relu | is not of the form LAYER:CHANNEL or LAYER:CHANNEL:Y:X",
        "relu:1:2 | is not of the form",
        "layer1.0.relu:0 | 'layer1.0.relu' is no layer; nearest: layer1.0.relu#0",
        "rely:0 | nearest: relu, or an index of a ReLU call, 0 to 3",
        "4:0 | layer 4 is none of the network's ReLU calls, 0 to 3",
        "-1:0 | layer -1 is none",
        "99999999999:0 | layer 99999999999 is none",
        "relu:8 | channel 8 is none of those of relu, 0 to 7",
        "relu:5-8 | channel 8 is none",
        "relu:99999999999 | channel 99999999999 is none",
        "relu:-1 | '-1' is no channel",
        "relu:x | 'x' is no channel: an index, a range like 0-7, or all",
        "relu: | '' is no channel",
        "relu:1,,2 | '' is no channel",
        "relu:3-1 | the range 3-1 ends before it begins",
        "relu:0-3,2 | names channel 2 twice",
        "relu:0:5:0 | Y = '5' is no position of relu, 0 to 4",
        "relu:0:0:7 | X = '7' is no position of relu, 0 to 6",
        "relu:0:-1:0 | Y = '-1' is no position",
        "classifier.1:0:0:0 | classifier.1 has no positions, it is linear; give a channel alone",
        "classifier.1:10 | channel 10 is none of those of classifier.1, 0 to 9",
      })
  void whatIsRefused(String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> NeuronChoice.parse(text, LAYERS));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
