package curtain.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the dicts with tensors in what a pickle held, the outermost first. Each container is looked
 * at once, however often it is held, so that a walk takes no more steps than the pickle did.
 */
final class PickleWalk {
  private static final int DEEPEST = 16;
  private static final int MOST_CONTAINERS = 100_000;
  private static final int LONGEST_KEY = 200;

  private final Deque<Place> places = new ArrayDeque<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<TensorDict> dicts = new ArrayList<>();
  private Optional<String> module = Optional.empty();

  /** A container, and the keys that lead to it. */
  private record Place(Object value, KeyPath path) {}

  private PickleWalk() {}

  static PickleWalk of(Object top) {
    PickleWalk walk = new PickleWalk();
    walk.visit(top, KeyPath.TOP);
    while (!walk.places.isEmpty()) {
      walk.look(walk.places.remove());
    }
    return walk;
  }

  List<TensorDict> dicts() {
    return dicts;
  }

  Optional<String> module() {
    return module;
  }

  private void look(Place place) {
    if (place.value instanceof PyDict dict) {
      look(place, dict.entries());
    } else if (place.value instanceof Opaque opaque) {
      look(place, opaque.items());
    } else if (place.value instanceof PyTuple tuple) {
      look(place, tuple.items());
    } else if (place.value instanceof List<?> list) {
      look(place, list);
    }
  }

  private void look(Place place, List<?> items) {
    for (int i = 0; i < items.size(); i++) {
      if (isContainer(items.get(i))) { // most are numbers, which take no path
        visit(items.get(i), place.path.to(String.valueOf(i)));
      }
    }
  }

  private void look(Place place, Map<String, Object> entries) {
    TensorDict dict = new TensorDict(place.path);
    for (Map.Entry<String, Object> entry : entries.entrySet()) {
      String name = entry.getKey();
      Object value = entry.getValue();
      if (value instanceof TensorView view) {
        dict.put(name, view);
      } else if (value instanceof NumpyArray array && array.view() != null) {
        dict.put(name, array.view());
      } else if (value instanceof NumpyArray array) {
        dict.putUnreadable(name, array.problem());
      } else {
        if (value instanceof Opaque opaque) {
          dict.putUnreadable(name, opaque.problem());
        }
        if (isContainer(value) && name.length() <= LONGEST_KEY) {
          visit(value, place.path.to(name));
        }
      }
    }
    if (!dict.views().isEmpty()) {
      dicts.add(dict);
    }
  }

  private void visit(Object value, KeyPath path) {
    if (isContainer(value)
        && path.depth() <= DEEPEST
        && seen.size() < MOST_CONTAINERS
        && seen.add(value)) {
      if (module.isEmpty() && value instanceof Opaque opaque && opaque.module()) {
        module = Optional.of(opaque.name());
      }
      places.add(new Place(value, path));
    }
  }

  private static boolean isContainer(Object value) {
    return value instanceof PyDict
        || value instanceof PyTuple
        || value instanceof List<?>
        || value instanceof Opaque;
  }
}
