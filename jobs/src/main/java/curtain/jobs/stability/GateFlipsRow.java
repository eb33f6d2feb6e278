package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/** A row of gate_flips: the hard gates of a layer, of two checkpoints (spec 12). */
public record GateFlipsRow(
    @Col(doc = "file name of one") String checkpointA,
    @Col(doc = "file name of the other") String checkpointB,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "gates of all images") long compared,
    @Col(doc = "gates that are not the same") long differ,
    @Col(doc = "gates that are open of a") long activeA,
    @Col(doc = "gates that are open of b") long activeB,
    @Col(doc = "gates that are open of both") long activeBoth,
    @Col(doc = "gates where a pre-activation is at rounding level") long uncertain) {
  /** What counts are of. */
  record Key(String checkpointA, String checkpointB, int layer, String name) {}

  Key key() {
    return new Key(checkpointA, checkpointB, layer, name);
  }

  /** Of the images of both. */
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
