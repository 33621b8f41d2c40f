package rapsheet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which bytes go to which task. A large file is cut, if a reader can begin in its middle. Small files are packed
 * together: a task is a program started, and what it combines need not be shuffled.
 */
final class RangePlanner {
  private static final int HEAD_BYTES = 1 << 16;
  /** A program takes a second of processor time until its code is compiled: on less input a fifth of its work. */
  private static final long LEAST_RANGE_BYTES = 1 << 27;
  /** Beyond, nothing is gained, and a task that fails loses more. */
  private static final long MOST_RANGE_BYTES = 1 << 30;
  /** So that cores that are done early have something left to do. */
  private static final int TASKS_PER_CORE = 4;

  /** Says of the heads of files, in their order, whether they can be cut. */
  interface Cuts {
    List<Boolean> of(List<FileRange> heads) throws IOException;
  }

  private final JobPlan plan;
  private final Configuration hadoop;
  private long rangeBytes;
  /** By path, so that tasks do not depend on the order a file system lists in. */
  private final Map<String, FileStatus> files = new TreeMap<>();

  RangePlanner(JobPlan plan, Configuration hadoop) throws IOException {
    this.plan = plan;
    this.hadoop = hadoop;
    list();
  }

  int fileCount() {
    return files.size();
  }

  long totalBytes() {
    long total = 0;
    for (FileStatus status : files.values()) total += status.getLen();
    return total;
  }

  /** The ranges of each task, for so many cores. */
  List<ArrayList<FileRange>> tasks(Cuts cuts, int cores) throws IOException {
    rangeBytes = plan.rangeBytes > 0 ? plan.rangeBytes : rangeBytesFor(totalBytes(), cores);
    Set<String> toCut = toCut(cuts);
    Map<String, Integer> recordings = new HashMap<>();
    for (String path : files.keySet()) recordings.merge(recordingOf(path), 1, Integer::sum);
    List<ArrayList<FileRange>> tasks = new ArrayList<>();
    ArrayList<FileRange> task = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<String, FileStatus> file : files.entrySet()) {
      String path = file.getKey();
      String recording = recordings.getOrDefault(recordingOf(path), 0) > 1 ? recordingOf(path) : "";
      for (FileRange range : cut(path, file.getValue().getLen(), toCut.contains(path), recording)) {
        if (!task.isEmpty() && bytes + range.length > rangeBytes) {
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

  private static long rangeBytesFor(long bytes, int cores) {
    return Math.min(MOST_RANGE_BYTES, Math.max(LEAST_RANGE_BYTES, bytes / ((long) TASKS_PER_CORE * cores)));
  }

  private void list() throws IOException {
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

  private Set<String> toCut(Cuts cuts) throws IOException {
    List<FileRange> heads = new ArrayList<>();
    for (Map.Entry<String, FileStatus> file : files.entrySet()) {
      long size = file.getValue().getLen();
      // Half a range more in one task costs less than a task of its own for it.
      if (size <= rangeBytes + rangeBytes / 2) continue;
      heads.add(new FileRange(file.getKey(), 0, Math.min(HEAD_BYTES, size), size, ""));
    }
    Set<String> toCut = new HashSet<>();
    if (heads.isEmpty() || plan.cuts.isEmpty()) return toCut;
    Iterator<FileRange> head = heads.iterator();
    for (boolean canBeCut : cuts.of(heads)) {
      String path = head.next().path;
      if (canBeCut) toCut.add(path);
    }
    return toCut;
  }

  private List<FileRange> cut(String path, long size, boolean canBeCut, String recording) {
    if (!canBeCut) return Collections.singletonList(new FileRange(path, 0, size, size, recording));
    List<FileRange> ranges = new ArrayList<>();
    int count = (int) Math.round((double) size / rangeBytes);
    for (int i = 0; i < count; i++) {
      long start = at(size, i, count);
      ranges.add(new FileRange(path, start, at(size, i + 1, count) - start, size, recording));
    }
    return ranges;
  }

  private static long at(long size, int part, int count) {
    return part == count ? size : size / count * part;
  }

  /** What the names of one recording's files have in common: all but digits and how they are compressed. */
  private static String recordingOf(String path) {
    int slash = path.lastIndexOf('/') + 1;
    String name = path.substring(slash).replaceAll("\\.(gz|zst|lz4)$", "").replaceAll("[0-9]+", "#").replaceAll("\\.?#$", "");
    return path.substring(0, slash) + name;
  }
}
