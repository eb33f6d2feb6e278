package curtain.jobs;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.engine.ImagePullbacks;
import curtain.engine.NeuronChoice;
import curtain.engine.TargetChoice;
import curtain.network.Network;
import java.io.Serializable;
import java.util.Map;

/**
 * What a command pulls back: logits of classes, or pre-activations of a hidden layer.
 *
 * @param targets classes, or the neurons' channels: what the program counts as such
 * @param neurons null where logits are pulled back
 */
record PullbackGoals(TargetChoice targets, NeuronChoice neurons) implements Serializable {
  /** Logits. */
  static PullbackGoals of(TargetChoice targets) {
    return new PullbackGoals(targets, null);
  }

  /** Neurons. */
  static PullbackGoals of(NeuronChoice neurons) {
    return new PullbackGoals(neurons.targets(), neurons);
  }

  /** The program that pulls them back. */
  Program compile(Network network, CompileOptions options) {
    return neurons == null
        ? Compiler.compile(network, options)
        : Compiler.neurons(network, options, neurons.layer(), neurons.position());
  }

  /** Targets of each image. */
  int count() {
    return switch (targets.kind()) {
      case TOP -> targets.top();
      case LABEL -> 1;
      case CLASSES -> targets.classes().size();
    };
  }

  /** Adds what decides results, see {@link ImageArguments#describe}. */
  void describe(Map<String, String> settings) {
    if (neurons == null) {
      settings.put("targets", targets.toString());
    } else {
      settings.put(NeuronArguments.SETTING, neurons.toString());
    }
  }

  /** Of a row, the class; null of a neuron's. */
  Integer target(int target) {
    return neurons == null ? Integer.valueOf(target) : null;
  }

  /** Of a row, the neuron's name; null of a class's. */
  String neuron(int target) {
    return neurons == null ? null : neurons.neuron(target);
  }

  /** Why an image whose result has an infinity or a NaN has no row. */
  String notFinite() {
    return neurons == null
        ? ImagePullbacks.NOT_FINITE
        : "the neuron's pre-activation, pullback or gradient is not finite";
  }
}
