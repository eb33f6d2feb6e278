package curtain.jobs.command;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.network.Network;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.NeuronChoice;
import curtain.pullback.TargetChoice;
import java.io.Serializable;

/**
 * What a command pulls back: logits of classes, or pre-activations of a hidden layer.
 *
 * @param targets classes, or the neurons' channels: what the program counts as such
 * @param neurons null where logits are pulled back
 */
public record PullbackGoals(TargetChoice targets, NeuronChoice neurons) implements Serializable {
  /** Logits. */
  public static PullbackGoals of(TargetChoice targets) {
    return new PullbackGoals(targets, null);
  }

  /** Neurons. */
  public static PullbackGoals of(NeuronChoice neurons) {
    return new PullbackGoals(neurons.targets(), neurons);
  }

  /** The program that pulls them back. */
  public Program compile(Network network, CompileOptions options) {
    return neurons == null
        ? Compiler.compile(network, options)
        : Compiler.neurons(network, options, neurons.layer(), neurons.position());
  }

  /** Targets of each image. */
  public int count() {
    return switch (targets.kind()) {
      case TOP -> targets.top();
      case LABEL -> 1;
      case CLASSES -> targets.classes().size();
    };
  }

  /** What decides results. */
  public Settings settings() {
    Settings.Builder settings = Settings.builder();
    return neurons == null
        ? settings.add("targets", targets).build()
        : settings.add(GoalArguments.NEURON, neurons).build();
  }

  /** Of a row, the class; null of a neuron's. */
  public Integer target(int target) {
    return neurons == null ? Integer.valueOf(target) : null;
  }

  /** Of a row, the neuron's name; null of a class's. */
  public String neuron(int target) {
    return neurons == null ? null : neurons.neuron(target);
  }

  /** Why an image whose result has an infinity or a NaN has no row. */
  public String notFinite() {
    return neurons == null
        ? ImagePullbacks.NOT_FINITE
        : "the neuron's pre-activation, pullback or gradient is not finite";
  }
}
