package curtain.compile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the {@code data.pkl} of a TorchScript archive: one module object with its tensors. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An object of class {@code __torch__.NAME} whose attributes are the constants. */
  static byte[] module(String name, List<Constant> constants, Precision precision) {
    PickleWriter writer = new PickleWriter();
    writer.write(0x80, 2);
    writer.global("__torch__", name);
    writer.write(')', 0x81, '}', '(');
    for (int i = 0; i < constants.size(); i++) {
      writer.string(constants.get(i).name());
      writer.tensor(constants.get(i), i, precision);
    }
    writer.string("training");
    writer.write(0x89);
    writer.string("_is_full_backward_hook");
    writer.write('N', 'u', 'b', '.');
    return writer.out.toByteArray();
  }

  /** An empty tuple: {@code constants.pkl} of a program whose tensors are all attributes. */
  static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  private void tensor(Constant constant, int storage, Precision precision) {
    global("torch._utils", "_rebuild_tensor_v2");
    write('(', '(');
    string("storage");
    global("torch", precision.storage());
    string(Integer.toString(storage));
    string("cpu");
    integer(constant.size());
    write('t', 'Q');
    integer(0);
    tuple(constant.shape());
    tuple(constant.strides());
    write(0x89);
    global("collections", "OrderedDict");
    write(')', 'R', 't', 'R');
  }

  private void tuple(List<Integer> values) {
    write('(');
    values.forEach(this::integer);
    write('t');
  }

  private void global(String module, String name) {
    write('c');
    ascii(module + "\n" + name + "\n");
  }

  private void string(String text) {
    write('X');
    littleEndian(text.length());
    ascii(text);
  }

  private void integer(int value) {
    write('J');
    littleEndian(value);
  }

  private void littleEndian(int value) {
    write(value, value >> 8, value >> 16, value >> 24);
  }

  private void ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void write(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
