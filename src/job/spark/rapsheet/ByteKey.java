package rapsheet;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The key of a record. Keys sort by unsigned bytes, as they do in Node and in `LC_ALL=C sort`. */
public final class ByteKey implements Comparable<ByteKey>, Serializable {
  private static final long serialVersionUID = 1;

  final byte[] bytes;

  ByteKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** It begins with `!`: the record says something of the job itself, not of a host. */
  boolean isReport() {
    return bytes.length > 0 && bytes[0] == '!';
  }

  /** Spread over all bits: partitions are chosen by the remainder. */
  @Override
  public int hashCode() {
    int hash = Arrays.hashCode(bytes) * 0x9e3779b1;
    return hash ^ hash >>> 15;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteKey && Arrays.equals(bytes, ((ByteKey) other).bytes);
  }

  @Override
  public int compareTo(ByteKey other) {
    int shorter = Math.min(bytes.length, other.bytes.length);
    for (int i = 0; i < shorter; i++) {
      int difference = (bytes[i] & 255) - (other.bytes[i] & 255);
      if (difference != 0) return difference;
    }
    return bytes.length - other.bytes.length;
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
