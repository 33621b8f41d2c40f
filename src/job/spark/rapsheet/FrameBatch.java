package rapsheet;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Frames for a child's standard input, gathered into batches: `i32BE length, key, i32BE length, value`, at the very
 * end `i32BE -1, i64BE count`.
 */
abstract class FrameBatch implements Iterator<byte[]> {
  /** As much as passes in one go between the threads: large enough that their locks cost nothing. */
  private static final int BATCH_BYTES = 1 << 18;

  private static final byte[] EMPTY = new byte[0];

  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(BATCH_BYTES + 4096);
  private final DataOutputStream out = new DataOutputStream(buffer);
  private long count;
  private boolean ended;

  /** Puts at least one frame; false when there are none left. */
  abstract boolean more() throws IOException;

  final void put(byte[] key, byte[] value, int length) throws IOException {
    out.writeInt(key.length);
    out.write(key);
    out.writeInt(length);
    out.write(value, 0, length);
    count++;
  }

  final void put(byte[] key) throws IOException {
    put(key, EMPTY, 0);
  }

  final void putChunk(byte[] bytes, int length) throws IOException {
    put(EMPTY, bytes, length);
  }

  final void putSectionEnd() throws IOException {
    put(EMPTY);
  }

  @Override
  public final boolean hasNext() {
    return !ended;
  }

  @Override
  public final byte[] next() {
    if (ended) throw new NoSuchElementException();
    buffer.reset();
    try {
      while (buffer.size() < BATCH_BYTES) {
        if (more()) continue;
        out.writeInt(-1);
        out.writeLong(count);
        ended = true;
        break;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return buffer.toByteArray();
  }
}
