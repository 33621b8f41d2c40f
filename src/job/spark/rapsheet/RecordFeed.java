package rapsheet;

import java.io.IOException;
import java.util.Iterator;
import scala.Tuple2;

/** Records of a shuffle, sorted by key, as frames for the next stage. */
final class RecordFeed extends FrameBatch {
  private final Iterator<Tuple2<ByteKey, byte[]>> records;

  RecordFeed(Iterator<Tuple2<ByteKey, byte[]>> records) {
    this.records = records;
  }

  @Override
  boolean more() throws IOException {
    if (!records.hasNext()) return false;
    Tuple2<ByteKey, byte[]> record = records.next();
    put(record._1.bytes, record._2, record._2.length);
    return true;
  }
}
