package curtain.jobs;

import curtain.images.ClassList;
import curtain.images.Transform;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a model's name says about images.
 *
 * @param name of {@code --model}, or null where there is none
 * @param cifar whether it is one of the CIFAR networks
 */
record ModelDefaults(String name, boolean cifar) {
  private static final int IMAGENET_SIZE = 224;
  private static final int CIFAR_SIZE = 32;

  /** No model: images as ImageNet's networks want them. */
  static final ModelDefaults NONE = new ModelDefaults(null, false);

  private static final List<String> IMAGENET =
      List.of(
          "resnet18",
          "resnet34",
          "resnet50",
          "resnet101",
          "resnet152",
          "vgg11",
          "vgg11_bn",
          "vgg13",
          "vgg13_bn",
          "vgg16",
          "vgg16_bn",
          "vgg19",
          "vgg19_bn",
          "densenet121",
          "densenet161",
          "densenet169",
          "densenet201",
          "squeezenet1_0",
          "squeezenet1_1",
          "alexnet");
  private static final List<String> CIFAR =
      List.of(
          "cifar_resnet20",
          "cifar_resnet32",
          "cifar_resnet44",
          "cifar_resnet56",
          "cifar_resnet110");

  /** Names that {@code --model} takes. */
  static List<String> names() {
    return Stream.concat(IMAGENET.stream(), CIFAR.stream()).toList();
  }

  /**
   * Of a model.
   *
   * @throws IllegalArgumentException listing the names when it is none of them
   */
  static ModelDefaults of(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "--model " + name + " is none of " + String.join(", ", names()));
    }
    return new ModelDefaults(name, CIFAR.contains(name));
  }

  Transform transform() {
    return cifar ? Transform.NONE : Transform.IMAGENET;
  }

  /** Side that the network wants; 0 for any, without a model. */
  int size() {
    if (name == null) {
      return 0;
    }
    return cropSize();
  }

  /** Side that a crop gives. */
  int cropSize() {
    return cifar ? CIFAR_SIZE : IMAGENET_SIZE;
  }

  ClassList classes() {
    return cifar ? ClassList.cifar10() : ClassList.imagenet();
  }
}
