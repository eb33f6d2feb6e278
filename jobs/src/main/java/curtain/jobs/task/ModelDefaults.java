package curtain.jobs.task;

import curtain.images.ClassList;
import curtain.images.source.Transform;
import curtain.network.Architecture;

/**
 * The defaults of a model for its images.
 *
 * @param model value of {@code --model}; null, without a model, gives the defaults of ImageNet's
 *     networks
 */
public record ModelDefaults(Architecture model) {
  private static final int IMAGENET_SIZE = 224;

  private boolean cifar() {
    return model != null && model.cifar();
  }

  /** The default of {@code --transform}. */
  public Transform transform() {
    return model != null && model.exactSize() ? Transform.NONE : Transform.IMAGENET;
  }

  /** The side of the network's input, pixels; without a model 0, for any. */
  public int size() {
    return model == null ? 0 : model.imageSize();
  }

  /** The side of a crop, pixels. */
  public int cropSize() {
    return model == null ? IMAGENET_SIZE : model.imageSize();
  }

  /** The class list of the model's data set, ImageNet or CIFAR-10. */
  public ClassList classes() {
    return cifar() ? ClassList.cifar10() : ClassList.imagenet();
  }

  /**
   * The class list of a network with so many outputs: the model's, or indices where that has
   * another number of classes.
   */
  public ClassList classes(int outputs) {
    ClassList classes = classes();
    return classes.size() == outputs ? classes : ClassList.unnamed(outputs);
  }
}
