package curtain.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A stack machine for pickles of protocols 0 to 5 that makes plain data and nothing else: null,
 * Boolean, Long, BigInteger, Double, String, {@link LongText}, {@link Bytes}, {@link PyTuple},
 * List, {@link PyDict}, {@link TensorStorage}, {@link TensorView}, {@link NumpyArray}, {@link
 * NumpyType}, {@link Opaque}. It never recurses, never compares or hashes a container, and counts
 * its steps, so neither nesting, cycles nor repetition can hold it up. What is long stays in the
 * file, and long rows of numbers are not kept, so memory is bounded by the steps and by the bytes
 * of small values.
 *
 * <p>Why reading what a stranger wrote is safe. A pickle acts by four means: it names a global, it
 * calls one, it sets attributes, it asks for a persistent object. (1) A name, of opcodes GLOBAL,
 * STACK_GLOBAL, INST or OBJ, becomes a constant of {@link Global}, a {@link Global.StorageClass} or
 * an {@link Opaque}, by comparing texts; no class, method or file is ever looked up by it. (2) A
 * call, of REDUCE, NEWOBJ, NEWOBJ_EX, INST or OBJ, is a case of {@link Declarations#call} for a
 * constant, and for an {@code Opaque} another {@code Opaque}; anything else that is called is an
 * error. (3) BUILD drops the state, but for numpy's, which is shape, type and bytes. (4) A
 * persistent id is a storage's, or that of a module's class, an {@code Opaque}, or an error. Codes
 * of extensions are errors. So all that a file decides is which of these inert values are made, and
 * their number is bounded by the steps.
 */
final class Unpickler {
  /**
   * Opcodes and copied items, for all pickles of a file; a ResNet152's state dict takes 50,000. Not
   * counted are numbers behind many others, which are not kept.
   */
  static final int MOST_STEPS = 1_000_000;

  /** Numbers that are not kept: histories and permutations beside weights have some millions. */
  static final int MOST_NUMBERS = 1 << 24;

  /** Numbers one after another that may be a tensor's offset and sizes; the next are of a list. */
  private static final int MOST_IN_A_ROW = 100;

  /** The most bytes of a text or of bytes that are kept in memory; no name is as long. */
  private static final int LONGEST_KEPT = 1 << 12;

  private static final int MOST_LONG_BYTES = 1024;

  private final PickleInput in;
  private final Declarations declarations;
  private final Map<Integer, Object> memo = new HashMap<>();
  private final List<List<Object>> marked = new ArrayList<>(); // stacks below each mark
  private List<Object> stack = new ArrayList<>();
  private long steps;
  private long row; // numbers that were read one after another
  private long dropped; // numbers

  /**
   * Reads pickles from here.
   *
   * @param in where the first pickle begins
   * @param declarations receives the storages
   */
  Unpickler(PickleInput in, Declarations declarations) {
    this.in = in;
    this.declarations = declarations;
  }

  /**
   * Reads the next pickle.
   *
   * @throws MalformedException if it is bad
   */
  Object load() throws IOException {
    memo.clear();
    marked.clear();
    stack = new ArrayList<>();
    row = 0;
    while (true) {
      int opcode = in.u8();
      if (opcode == '.') {
        return pop();
      }
      long before = row;
      step(opcode);
      if (row == before) { // it was no number
        row = 0;
        spend(1);
      }
    }
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol(in.u8());
      case 0x95 -> in.require(in.unsigned(8)); // FRAME
      case '(' -> mark();
      case '0' -> discard();
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> number(null);
      case 0x88 -> number(true);
      case 0x89 -> number(false);
      case 'I' -> number(PickledText.integer(in.line()));
      case 'L' -> number(PickledText.longInteger(in.line()));
      case 'F' -> number(PickledText.real(in.line()));
      case 'J' -> number((long) in.int32());
      case 'K' -> number(in.unsigned(1));
      case 'M' -> number(in.unsigned(2));
      case 'G' -> number(in.float64());
      case 0x8a -> number(longInteger(in.unsigned(1)));
      case 0x8b -> number(longInteger(in.unsigned(4)));
      case 'S' -> push(PickledText.quoted(in.line()));
      case 'V' -> push(PickledText.rawUnicode(in.line()));
      case 'U' -> push(string(in.unsigned(1)));
      case 'T' -> push(string(in.unsigned(4)));
      case 0x8c -> push(text(in.unsigned(1)));
      case 'X' -> push(text(in.unsigned(4)));
      case 0x8d -> push(text(in.unsigned(8)));
      case 'C' -> push(bytes(in.unsigned(1)));
      case 'B' -> push(bytes(in.unsigned(4)));
      case 0x8e, 0x96 -> push(bytes(in.unsigned(8)));
      default -> container(opcode);
    }
  }

  private void container(int opcode) throws IOException {
    switch (opcode) {
      case ')' -> push(new PyTuple(List.of()));
      case 0x85 -> push(new PyTuple(last(1)));
      case 0x86 -> push(new PyTuple(last(2)));
      case 0x87 -> push(new PyTuple(last(3)));
      case 't' -> push(new PyTuple(popMark()));
      case ']' -> push(new ArrayList<Object>(0));
      case 'l' -> push(popMark());
      case 'a' -> append(last(1));
      case 'e' -> append(popMark());
      case '}' -> push(new PyDict(false));
      case 'd' -> {
        List<Object> items = popMark();
        push(new PyDict(false));
        putAll(items);
      }
      case 's' -> putAll(last(2));
      case 'u' -> putAll(popMark());
      case 0x8f -> push(Declarations.PySet.INSTANCE);
      case 0x90 -> {
        popMark();
        if (top() != Declarations.PySet.INSTANCE && !(top() instanceof Opaque)) {
          throw malformed("adds to what is not a set");
        }
      }
      case 0x91 -> {
        popMark();
        push(Declarations.PySet.INSTANCE);
      }
      default -> reference(opcode);
    }
  }

  private void reference(int opcode) throws IOException {
    switch (opcode) {
      case 'p' -> memo.put(PickledText.index(in.line()), top());
      case 'q' -> memo.put((int) in.unsigned(1), top());
      case 'r' -> memo.put(in.int32(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'g' -> push(recall(PickledText.index(in.line())));
      case 'h' -> push(recall((int) in.unsigned(1)));
      case 'j' -> push(recall(in.int32()));
      case 'c' -> push(Global.find(PickleInput.utf8(in.line()), PickleInput.utf8(in.line())));
      case 0x93 -> {
        List<Object> names = last(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw malformed("names a global by what is not text");
        }
        push(Global.find(module, name));
      }
      case 'Q' -> push(declarations.persistent(pop()));
      case 'R', 0x81 -> { // REDUCE; NEWOBJ, which for these globals is the same
        List<Object> call = last(2);
        push(declarations.call(call.get(0), call.get(1), this::spend));
      }
      case 0x92 -> { // NEWOBJ_EX: arguments by name are dropped
        List<Object> call = last(3);
        push(declarations.call(call.get(0), call.get(1), this::spend));
      }
      case 'i' -> {
        Object callee = Global.find(PickleInput.utf8(in.line()), PickleInput.utf8(in.line()));
        push(declarations.call(callee, new PyTuple(popMark()), this::spend));
      }
      case 'o' -> {
        List<Object> items = popMark();
        if (items.isEmpty()) {
          throw malformed("makes an object of nothing");
        }
        List<Object> arguments = new ArrayList<>(items.subList(1, items.size()));
        push(declarations.call(items.get(0), new PyTuple(arguments), this::spend));
      }
      case 'b' -> build(pop());
      default ->
          throw malformed(
              String.format(Locale.ROOT, "has opcode 0x%02x, which weights do not need", opcode));
    }
  }

  /** Opcode BUILD. An ordered dict's attributes, torchvision's _metadata, are dropped. */
  private void build(Object state) throws MalformedException {
    if (top() instanceof Opaque opaque) {
      opaque.state(state);
    } else if (top() instanceof NumpyType type) {
      type.state(state);
    } else if (top() instanceof NumpyArray array) {
      array.state(state, declarations.memory());
    } else if (!(top() instanceof PyDict dict && dict.ordered()) || !(state instanceof PyDict)) {
      throw malformed("gives attributes to what has none");
    }
  }

  private void protocol(int protocol) throws MalformedException {
    if (protocol > 5) {
      throw malformed("is of protocol " + protocol);
    }
  }

  private Object longInteger(long length) throws IOException {
    if (length > MOST_LONG_BYTES) {
      throw malformed("has an integer of " + length + " bytes");
    }
    byte[] littleEndian = in.take(length);
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return bigEndian.length == 0 ? 0L : PickledText.shorten(new BigInteger(bigEndian));
  }

  /** A Python 2 string may be text or bytes; names are ASCII either way. */
  private Object string(long length) throws IOException {
    if (isLong(length)) {
      return in.skip(length);
    }
    byte[] bytes = in.take(length);
    try {
      return PickleInput.utf8(bytes);
    } catch (MalformedException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private Object text(long length) throws IOException {
    return isLong(length) ? new LongText(in.skip(length)) : in.utf8(length);
  }

  private Bytes bytes(long length) throws IOException {
    return isLong(length) ? in.skip(length) : Bytes.of(in.take(length));
  }

  /** Whether a length is long; any 64 bits may stand for one, and negative ones are refused. */
  private static boolean isLong(long length) {
    return length > LONGEST_KEPT;
  }

  /** Pushes a number, None or a boolean. */
  private void number(Object value) throws MalformedException {
    row++;
    if (row <= MOST_IN_A_ROW) {
      spend(1);
      push(value);
      return;
    }
    dropped++;
    if (dropped > MOST_NUMBERS) {
      throw malformed(
          "has more than " + MOST_NUMBERS + " numbers, far more than are beside weights");
    }
    push(value instanceof Number ? Declarations.DroppedNumber.INSTANCE : value);
  }

  private void append(List<Object> items) throws MalformedException {
    if (top() instanceof Opaque) { // of a class that extends list, whose items are not kept
      return;
    }
    if (!(top() instanceof List<?>)) {
      throw malformed("appends to what is not a list");
    }
    @SuppressWarnings("unchecked") // lists of ours hold objects
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void putAll(List<Object> items) throws MalformedException {
    boolean pairs = items.size() % 2 == 0;
    if (pairs && top() instanceof PyDict dict) {
      for (int i = 0; i < items.size(); i += 2) {
        dict.put(items.get(i), items.get(i + 1));
      }
    } else if (pairs && top() instanceof Opaque opaque) {
      for (int i = 0; i < items.size(); i += 2) {
        opaque.put(items.get(i), items.get(i + 1));
      }
    } else {
      throw malformed("sets items of what is not a dict");
    }
  }

  private Object recall(int index) throws MalformedException {
    if (!memo.containsKey(index)) {
      throw malformed("recalls memo " + index + ", which it never made");
    }
    return memo.get(index);
  }

  private void mark() {
    marked.add(stack);
    stack = new ArrayList<>(0);
  }

  private List<Object> popMark() throws MalformedException {
    if (marked.isEmpty()) {
      throw malformed("lacks a mark");
    }
    List<Object> items = stack;
    stack = marked.remove(marked.size() - 1);
    return items;
  }

  /** POP takes an item, or a mark with nothing above it. */
  private void discard() throws MalformedException {
    if (stack.isEmpty()) {
      popMark();
    } else {
      pop();
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws MalformedException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private Object top() throws MalformedException {
    if (stack.isEmpty()) {
      throw malformed("takes from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  /** Pops n items, in the order in which they were pushed. */
  private List<Object> last(int n) throws MalformedException {
    if (stack.size() < n) {
      throw malformed("takes from an empty stack");
    }
    List<Object> above = stack.subList(stack.size() - n, stack.size());
    List<Object> items = new ArrayList<>(above);
    above.clear();
    return items;
  }

  private void spend(long items) throws MalformedException {
    steps += items;
    if (steps > MOST_STEPS) {
      throw malformed("takes more than " + MOST_STEPS + " steps, far more than any state dict");
    }
  }

  private MalformedException malformed(String problem) {
    return new MalformedException(
        "is damaged: its pickle " + problem + " (before byte " + in.position() + ")");
  }
}
