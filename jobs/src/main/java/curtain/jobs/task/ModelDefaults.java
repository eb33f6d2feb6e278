package curtain.jobs.task;

import curtain.images.ClassList;
import curtain.images.source.Transform;
import curtain.network.Architecture;

/**
 * What a model says about images.
 *
 * @param model of {@code --model}, or null where there is none: images as ImageNet's networks want
 *     them
 */
public record ModelDefaults(Architecture model) {
  private static final int IMAGENET_SIZE = 224;

  private boolean cifar() {
    return model != null && model.cifar();
  }

  /** Transform of images where none is named. */
  public Transform transform() {
    return model != null && model.exactSize() ? Transform.NONE : Transform.IMAGENET;
  }

  /** Side that the network wants; 0 for any, without a model. */
  public int size() {
    return model == null ? 0 : model.imageSize();
  }

  /** Side that a crop gives. */
  public int cropSize() {
    return model == null ? IMAGENET_SIZE : model.imageSize();
  }

  /** The classes that such networks were trained for. */
  public ClassList classes() {
    return cifar() ? ClassList.cifar10() : ClassList.imagenet();
  }

  /** The same, or mere indices where the network has another number of outputs. */
  public ClassList classes(int outputs) {
    ClassList classes = classes();
    return classes.size() == outputs ? classes : ClassList.unnamed(outputs);
  }
}
