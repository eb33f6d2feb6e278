package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/** A row of {@code gate_flips} (spec 12): the hard gates of a layer at two checkpoints. */
public record GateFlipsRow(
    @Col(doc = "path, below the folder of all, of checkpoint a") String checkpointA,
    @Col(doc = "path, below the folder of all, of checkpoint b") String checkpointB,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "number of gates compared, over all images") long compared,
    @Col(doc = "number of gates that differ") long differ,
    @Col(doc = "number of gates that are open at a") long activeA,
    @Col(doc = "number of gates that are open at b") long activeB,
    @Col(doc = "number of gates that are open at both") long activeBoth,
    @Col(doc = "number of gates whose pre-activation at a or b is at rounding level")
        long uncertain) {
  /** The checkpoints and layer of a row, by which rows merge. */
  record Key(String checkpointA, String checkpointB, int layer, String name) {}

  Key key() {
    return new Key(checkpointA, checkpointB, layer, name);
  }

  /** The row over the images of both. */
  GateFlipsRow plus(GateFlipsRow other) {
    return new GateFlipsRow(
        checkpointA,
        checkpointB,
        layer,
        name,
        compared + other.compared,
        differ + other.differ,
        activeA + other.activeA,
        activeB + other.activeB,
        activeBoth + other.activeBoth,
        uncertain + other.uncertain);
  }

  /** The share of gates that differ. */
  double rate() {
    return (double) differ / compared;
  }
}
