package rapsheet;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/** Some bytes of a file, or all of it. */
final class FileRange implements Serializable {
  private static final long serialVersionUID = 1;

  /** A URI. */
  final String path;
  final long start;
  final long length;
  /** Of the whole file. */
  final long size;
  /** The same text for all files that one recording wrote, by their names; empty: it stands alone. */
  final String recording;

  FileRange(String path, long start, long length, long size, String recording) {
    this.path = path;
    this.start = start;
    this.length = length;
    this.size = size;
    this.recording = recording;
  }

  long end() {
    return start + length;
  }

  /** As a user would write it: a local file without its scheme. */
  String name() {
    java.net.URI uri = new Path(path).toUri();
    return "file".equals(uri.getScheme()) ? uri.getPath() : path;
  }
}
