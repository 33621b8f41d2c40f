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

  FileRange(String path, long start, long length, long size) {
    this.path = path;
    this.start = start;
    this.length = length;
    this.size = size;
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
