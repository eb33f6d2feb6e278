package curtain.images.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.hadoop.util.ReflectionUtils;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Decompresses Parquet's pages. Parquet-mr's own factory makes an array of the size that a page's
 * header claims before a byte is decompressed, and waits for ever for streams that yield none; here
 * memory grows with what comes out, or the claim is compared with what the format can expand to.
 */
final class PageInflaters implements CompressionCodecFactory {
  private static final int CHUNK = 1 << 16;

  private final Configuration conf;

  PageInflaters(Configuration conf) {
    this.conf = conf;
  }

  /** Whether the class path has what decompresses a codec. */
  boolean has(CompressionCodecName name) {
    return name == CompressionCodecName.UNCOMPRESSED
        || conf.getClassByNameOrNull(name.getHadoopCompressionCodecClassName()) != null;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    return new Inflater(name, conf);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    throw new UnsupportedOperationException("only reads");
  }

  @Override
  public void release() {}

  private record Inflater(CompressionCodecName name, Configuration conf)
      implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput input, int size) throws IOException {
      byte[] packed = input.toByteArray();
      if (size < 0 || size > packed.length * mostExpansion() + 64) {
        throw wrong(packed, size);
      }
      if (name == CompressionCodecName.UNCOMPRESSED) {
        if (size != packed.length) {
          throw wrong(packed, size);
        }
        return BytesInput.from(packed);
      }
      if (name == CompressionCodecName.SNAPPY && snappySize(packed) != size) {
        throw wrong(packed, size);
      }
      CompressionCodec codec = codec();
      Decompressor decompressor = CodecPool.getDecompressor(codec);
      try (InputStream in =
          codec.createInputStream(BytesInput.from(packed).toInputStream(), decompressor)) {
        return BytesInput.from(read(in, packed, size));
      } finally {
        CodecPool.returnDecompressor(decompressor);
      }
    }

    @Override
    public void decompress(ByteBuffer input, int packedSize, ByteBuffer output, int size) {
      throw new UnsupportedOperationException("only reads into arrays");
    }

    @Override
    public void release() {}

    /**
     * The most bytes that one byte can become; without limit for formats that are read in chunks.
     */
    private long mostExpansion() {
      return switch (name) {
        case UNCOMPRESSED -> 1;
        case SNAPPY -> 32; // 64 bytes from 3
        case LZ4, LZ4_RAW -> 256;
        default -> Integer.MAX_VALUE;
      };
    }

    /** Whether the format decompresses a block at once, and so needs room for all of it. */
    private boolean inOneRead() {
      return mostExpansion() < Integer.MAX_VALUE;
    }

    private byte[] read(InputStream in, byte[] packed, int size) throws IOException {
      byte[] out = new byte[inOneRead() ? size : Math.min(size, CHUNK)];
      int filled = 0;
      while (filled < size) {
        if (filled == out.length) {
          out = Arrays.copyOf(out, (int) Math.min(size, 2L * filled));
        }
        int n = in.read(out, filled, out.length - filled);
        if (n <= 0) { // 0 is against the contract of read, and what some codecs give for ever
          throw wrong(packed, size);
        }
        filled += n;
      }
      return out;
    }

    private CompressionCodec codec() throws IOException {
      try {
        Class<?> type = conf.getClassByName(name.getHadoopCompressionCodecClassName());
        return (CompressionCodec) ReflectionUtils.newInstance(type, conf);
      } catch (ClassNotFoundException e) {
        throw new IOException("its compression " + name + " is not supported", e);
      }
    }

    private IOException wrong(byte[] packed, int size) {
      return new IOException(
          "a page of "
              + packed.length
              + " bytes, "
              + name
              + ", does not hold the "
              + size
              + " that its header claims");
    }

    /**
     * The size that Snappy writes in front of a block, a number of up to five bytes; -1 where there
     * is none.
     */
    private static long snappySize(byte[] packed) {
      long size = 0;
      for (int i = 0; i < Math.min(5, packed.length); i++) {
        size |= (long) (packed[i] & 0x7f) << (7 * i);
        if (packed[i] >= 0) {
          return size;
        }
      }
      return -1;
    }
  }
}
