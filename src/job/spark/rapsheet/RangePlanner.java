package rapsheet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which bytes go to which task. A large file is cut, if a reader can begin in its middle: a capture or lines of text.
 * What is compressed stays whole. Small files are packed together: a task is a program started, and what it combines
 * need not be shuffled.
 */
final class RangePlanner {
  private static final int SNIFF_BYTES = 4096;
  /** pcap in both orders, micro- and nanoseconds; pcapng. */
  private static final List<Integer> CAPTURES = Arrays.asList(0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a);

  private final JobPlan plan;
  private final Configuration hadoop;
  /** By path, so that tasks do not depend on the order a file system lists in. */
  private final Map<String, FileStatus> files = new TreeMap<>();

  RangePlanner(JobPlan plan, Configuration hadoop) {
    this.plan = plan;
    this.hadoop = hadoop;
  }

  /** The ranges of each task. */
  List<ArrayList<FileRange>> tasks() throws IOException {
    for (String path : plan.paths) {
      Path named = new Path(path);
      add(named.getFileSystem(hadoop), named.getFileSystem(hadoop).getFileStatus(named));
    }
    for (String glob : plan.globs) {
      Path pattern = new Path(glob);
      FileSystem system = pattern.getFileSystem(hadoop);
      FileStatus[] found = system.globStatus(pattern);
      if (found == null || found.length == 0) throw new FileNotFoundException(glob + ": no file matches");
      for (FileStatus status : found) add(system, status);
    }
    if (files.isEmpty()) throw new FileNotFoundException("no files in " + plan.paths + plan.globs);
    return pack();
  }

  int fileCount() {
    return files.size();
  }

  long totalBytes() {
    long total = 0;
    for (FileStatus status : files.values()) total += status.getLen();
    return total;
  }

  /** Folders are walked; hidden names are left out. */
  private void add(FileSystem system, FileStatus status) throws IOException {
    if (!status.isDirectory()) {
      files.put(status.getPath().toString(), status);
      return;
    }
    for (FileStatus child : system.listStatus(status.getPath())) {
      if (!child.getPath().getName().startsWith(".")) add(system, child);
    }
  }

  private List<ArrayList<FileRange>> pack() throws IOException {
    List<ArrayList<FileRange>> tasks = new ArrayList<>();
    ArrayList<FileRange> task = new ArrayList<>();
    long bytes = 0;
    for (FileStatus status : files.values()) {
      for (FileRange range : cut(status)) {
        if (!task.isEmpty() && bytes + range.length > plan.rangeBytes) {
          tasks.add(task);
          task = new ArrayList<>();
          bytes = 0;
        }
        task.add(range);
        bytes += range.length;
      }
    }
    tasks.add(task);
    return tasks;
  }

  private List<FileRange> cut(FileStatus status) throws IOException {
    String path = status.getPath().toString();
    long size = status.getLen();
    List<FileRange> ranges = new ArrayList<>();
    // Half a range more in one task costs less than a task of its own for it.
    int count = size > plan.rangeBytes + plan.rangeBytes / 2 && canBeCut(status.getPath()) ? (int) Math.round((double) size / plan.rangeBytes) : 1;
    for (int i = 0; i < count; i++) {
      long start = at(size, i, count);
      ranges.add(new FileRange(path, start, at(size, i + 1, count) - start, size));
    }
    return ranges;
  }

  private static long at(long size, int part, int count) {
    return part == count ? size : size / count * part;
  }

  private boolean canBeCut(Path path) throws IOException {
    byte[] head = new byte[SNIFF_BYTES];
    try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
      in.readFully(0, head, 0, 4);
      int magic = head[0] << 24 | (head[1] & 255) << 16 | (head[2] & 255) << 8 | head[3] & 255;
      if (CAPTURES.contains(magic)) return true;
      int filled = 4;
      for (int read; filled < SNIFF_BYTES && (read = in.read(filled, head, filled, SNIFF_BYTES - filled)) > 0; ) filled += read;
      return isLines(head, filled);
    }
  }

  /** Text, one record a line: no control signs but those of text, and not one JSON array over many lines. */
  private static boolean isLines(byte[] head, int length) {
    boolean hasBegun = false;
    for (int i = 0; i < length; i++) {
      int sign = head[i] & 255;
      if (sign < 32 && sign != '\t' && sign != '\n' && sign != '\r' && sign != 1) return false;
      if (hasBegun || sign <= 32) continue;
      if (sign == '[') return false;
      hasBegun = true;
    }
    return hasBegun;
  }
}
