package rapsheet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Ranges of files as sections of frames, one after the other: a header, chunks, an empty frame. Before a range comes
 * what a reader needs to find its feet (`lead`), after it what the last record needs to be whole (`tail`).
 */
final class RangeFeed extends FrameBatch {
  private static final int CHUNK_BYTES = 1 << 17;
  private static final int HEAD_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Iterator<FileRange> ranges;
  private final long leadBytes;
  private final long tailBytes;
  private final Configuration hadoop;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private FSDataInputStream in;
  private FileRange range;
  private long left;

  RangeFeed(Iterator<FileRange> ranges, long leadBytes, long tailBytes, Configuration hadoop) {
    this.ranges = ranges;
    this.leadBytes = leadBytes;
    this.tailBytes = tailBytes;
    this.hadoop = hadoop;
  }

  @Override
  boolean more() throws IOException {
    if (in == null) {
      if (!ranges.hasNext()) return false;
      begin(ranges.next());
    } else if (left > 0) {
      int read = in.read(chunk, 0, (int) Math.min(CHUNK_BYTES, left));
      if (read < 0) throw new EOFException(range.name() + ": shorter than when it was listed");
      putChunk(chunk, read);
      left -= read;
    } else {
      close();
      putSectionEnd();
    }
    return true;
  }

  private void begin(FileRange next) throws IOException {
    range = next;
    long lead = Math.min(range.start, leadBytes);
    long tail = Math.min(range.size - range.end(), tailBytes);
    ObjectNode header = JSON.createObjectNode();
    header.put("path", range.name()).put("start", range.start).put("length", range.length).put("size", range.size);
    header.put("lead", lead).put("tail", tail);
    if (!range.recording.isEmpty()) header.put("recording", range.recording);
    Path path = new Path(range.path);
    try {
      in = path.getFileSystem(hadoop).open(path);
      if (range.start > 0) {
        byte[] head = new byte[(int) Math.min(HEAD_BYTES, range.start)];
        in.readFully(0, head);
        header.put("head", Base64.getEncoder().encodeToString(head));
      }
      in.seek(range.start - lead);
    } catch (IOException e) {
      throw new IOException(range.name() + ": " + e.getMessage(), e);
    }
    left = lead + range.length + tail;
    put(JSON.writeValueAsBytes(header));
  }

  void close() {
    if (in == null) return;
    try {
      in.close();
    } catch (IOException e) {
      // All that was wanted has been read.
    }
    in = null;
  }
}
