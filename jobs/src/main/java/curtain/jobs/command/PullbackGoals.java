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
 * The goals of a command's pullbacks: logits of classes, or pre-activations of a hidden layer.
 *
 * @param targets classes, or the neurons' channels, which the program counts as classes
 * @param neurons neurons, or null where logits are pulled back
 */
public record PullbackGoals(TargetChoice targets, NeuronChoice neurons) implements Serializable {
  /** Logits of classes. */
  public static PullbackGoals of(TargetChoice targets) {
    return new PullbackGoals(targets, null);
  }

  /** Pre-activations of neurons. */
  public static PullbackGoals of(NeuronChoice neurons) {
    return new PullbackGoals(neurons.targets(), neurons);
  }

  /** Compiles the program that pulls them back. */
  public Program compile(Network network, CompileOptions options) {
    return neurons == null
        ? Compiler.compile(network, options)
        : Compiler.neurons(network, options, neurons.layer(), neurons.position());
  }

  /** The number of targets of each image. */
  public int count() {
    return switch (targets.kind()) {
      case TOP -> targets.top();
      case LABEL -> 1;
      case CLASSES -> targets.classes().size();
    };
  }

  /** The settings that decide results, of the goals. */
  public Settings settings() {
    Settings.Builder settings = Settings.builder();
    return neurons == null
        ? settings.add("targets", targets).build()
        : settings.add(GoalArguments.NEURON, neurons).build();
  }

  /** The class, or null for a neuron's row. */
  public Integer target(int target) {
    return neurons == null ? Integer.valueOf(target) : null;
  }

  /** The neuron's name, or null for a class's row. */
  public String neuron(int target) {
    return neurons == null ? null : neurons.neuron(target);
  }

  /** The reason given for an image whose result holds an infinity or a NaN. */
  public String notFinite() {
    return neurons == null
        ? ImagePullbacks.NOT_FINITE
        : "the neuron's pre-activation, pullback or gradient is not finite";
  }
}
