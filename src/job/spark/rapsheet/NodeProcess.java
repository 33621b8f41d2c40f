package rapsheet;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * A stage's program: frames into its standard input, records out of its standard output. It counts as done only if it
 * read everything, ended with status 0 and sent a trailer that agrees with what came.
 *
 * Three threads move bytes; the input itself is pulled by the task's own thread alone, because a failed fetch of a
 * shuffle block that is raised in any other thread is not seen by Spark, and the lost block is never computed again.
 */
final class NodeProcess implements Iterator<Tuple2<ByteKey, byte[]>> {
  private static final int CHUNK_BYTES = 1 << 17;
  /** Chunks that wait on either side: enough to keep both busy, and no more memory than a few megabytes. */
  private static final int CHUNKS_WAITING = 8;
  private static final int STDERR_KEPT = 8192;
  /** No record is larger; a length beyond it means that the stream is out of step. */
  private static final int MOST_RECORD_BYTES = 1 << 30;

  private final String stage;
  private final Process process;
  private final Iterator<byte[]> feed;
  /** Guarded by this object's monitor, as are the fields below it. */
  private final ArrayDeque<byte[]> toStdin = new ArrayDeque<>();
  private final ArrayDeque<byte[]> fromStdout = new ArrayDeque<>();
  private boolean feedEnded;
  private boolean stdoutEnded;
  private boolean stopped;
  private IOException stdinFailure;
  private IOException stdoutFailure;
  private final StringBuilder stderr = new StringBuilder();
  private final Thread stderrThread;
  private final Thread stdinThread;

  private byte[] chunk = new byte[0];
  private int at;
  private long records;
  private boolean ended;
  private Tuple2<ByteKey, byte[]> ahead;

  NodeProcess(String stage, List<String> command, Iterator<byte[]> feed) {
    this.stage = stage;
    this.feed = feed;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(new File(SparkFiles.getRootDirectory()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new StageFailed(stage, e.getMessage(), e);
    }
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> stop());
    stderrThread = start("stderr", this::drainStderr);
    stdinThread = start("stdin", this::writeStdin);
    start("stdout", this::readStdout);
  }

  @Override
  public boolean hasNext() {
    if (ahead == null && !ended) {
      try {
        ahead = read();
      } catch (IOException e) {
        throw failed(e);
      }
    }
    return ahead != null;
  }

  @Override
  public Tuple2<ByteKey, byte[]> next() {
    if (!hasNext()) throw new NoSuchElementException();
    Tuple2<ByteKey, byte[]> record = ahead;
    ahead = null;
    return record;
  }

  private Tuple2<ByteKey, byte[]> read() throws IOException {
    int length = readInt();
    if (length == -1) {
      long count = (long) readInt() << 32 | readInt() & 0xffffffffL;
      if (count != records) throw new IOException("its trailer says " + count + " records, " + records + " came");
      if (fill()) throw new IOException("bytes after its trailer");
      finish();
      return null;
    }
    byte[] key = readBytes(length);
    byte[] value = readBytes(readInt());
    records++;
    return new Tuple2<>(new ByteKey(key), value);
  }

  /** After the last byte of its output: what happened on all sides. */
  private void finish() throws IOException {
    ended = true;
    int status = waitFor();
    if (status != 0) throw new IOException("exit status " + status);
    synchronized (this) {
      if (stdinFailure != null || !feedEnded || !toStdin.isEmpty()) {
        throw new IOException("ended before it had read all its input");
      }
    }
  }

  private StageFailed failed(IOException e) {
    ended = true;
    String why = e.getMessage();
    boolean wasOver;
    synchronized (this) {
      wasOver = stdoutEnded;
    }
    if (wasOver) {
      int status = waitFor();
      if (status != 0) why = "exit status " + status;
    }
    stop();
    String said;
    synchronized (stderr) {
      said = stderr.toString().trim();
    }
    String line = lineThatSays(said);
    return new StageFailed(stage, line.isEmpty() ? why : line + " (" + why + ")", e);
  }

  /** Of what it said last: the line meant for people, else the one that names an error. The executor's log has all. */
  private static String lineThatSays(String said) {
    String found = "";
    for (String line : said.split("\n")) {
      boolean isForPeople = line.startsWith("rapsheet: ");
      boolean namesError = line.contains("rror") || !found.contains("rror");
      if (isForPeople || namesError && !found.startsWith("rapsheet: ")) found = line;
    }
    return found.startsWith("rapsheet: ") ? found.substring("rapsheet: ".length()) : found;
  }

  private int waitFor() {
    try {
      int status = process.waitFor();
      stderrThread.join(TimeUnit.SECONDS.toMillis(5));
      stdinThread.join(TimeUnit.SECONDS.toMillis(5));
      return status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageFailed(stage, "interrupted", e);
    }
  }

  /** The task is over, well or not: nothing of it stays behind. */
  private void stop() {
    process.destroyForcibly();
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    if (feed instanceof RangeFeed) ((RangeFeed) feed).close();
  }

  private int readInt() throws IOException {
    byte[] b = readBytes(4);
    return b[0] << 24 | (b[1] & 255) << 16 | (b[2] & 255) << 8 | b[3] & 255;
  }

  private byte[] readBytes(int length) throws IOException {
    if (length < 0 || length > MOST_RECORD_BYTES) throw new IOException("no frame where one should be");
    byte[] bytes = new byte[length];
    for (int filled = 0; filled < length; ) {
      if (at == chunk.length && !fill()) throw new IOException("its output ended without a trailer");
      int some = Math.min(length - filled, chunk.length - at);
      System.arraycopy(chunk, at, bytes, filled, some);
      filled += some;
      at += some;
    }
    return bytes;
  }

  /** Takes the next chunk of output; feeds the program for as long as there is none. False at the end. */
  private boolean fill() throws IOException {
    if (at < chunk.length) return true;
    for (;;) {
      synchronized (this) {
        while (fromStdout.isEmpty() && !stdoutEnded && (feedEnded || toStdin.size() >= CHUNKS_WAITING)) await();
        if (!fromStdout.isEmpty()) {
          chunk = fromStdout.poll();
          at = 0;
          notifyAll();
          return true;
        }
        if (stdoutEnded) {
          if (stdoutFailure != null) throw stdoutFailure;
          return false;
        }
      }
      byte[] next = nextOfFeed();
      synchronized (this) {
        if (next == null) feedEnded = true;
        else if (stdinFailure == null) toStdin.add(next);
        notifyAll();
      }
    }
  }

  private byte[] nextOfFeed() {
    try {
      return feed.hasNext() ? feed.next() : null;
    } catch (UncheckedIOException e) {
      throw new StageFailed(stage, e.getMessage(), e);
    }
  }

  private void writeStdin() {
    try (OutputStream out = process.getOutputStream()) {
      for (byte[] next; (next = nextForStdin()) != null; ) out.write(next);
    } catch (IOException e) {
      synchronized (this) {
        stdinFailure = e;
        feedEnded = true;
        toStdin.clear();
        notifyAll();
      }
    }
  }

  private synchronized byte[] nextForStdin() {
    while (toStdin.isEmpty() && !feedEnded && !stopped) await();
    byte[] next = toStdin.poll();
    notifyAll();
    return next;
  }

  private void readStdout() {
    IOException failure = null;
    try (InputStream in = process.getInputStream()) {
      byte[] buffer = new byte[CHUNK_BYTES];
      for (int read; (read = in.read(buffer)) >= 0; ) {
        synchronized (this) {
          while (fromStdout.size() >= CHUNKS_WAITING && !stopped) await();
          if (stopped) return;
          fromStdout.add(Arrays.copyOf(buffer, read));
          notifyAll();
        }
      }
    } catch (IOException e) {
      failure = e;
    }
    synchronized (this) {
      stdoutEnded = true;
      stdoutFailure = failure;
      notifyAll();
    }
  }

  private void drainStderr() {
    try (InputStream in = process.getErrorStream()) {
      byte[] buffer = new byte[4096];
      for (int read; (read = in.read(buffer)) >= 0; ) {
        System.err.write(buffer, 0, read);
        synchronized (stderr) {
          stderr.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
          if (stderr.length() > STDERR_KEPT) stderr.delete(0, stderr.length() - STDERR_KEPT);
        }
      }
    } catch (IOException e) {
      // The program is gone: what it had said is kept.
    }
  }

  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageFailed(stage, "interrupted", e);
    }
  }

  private Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, "rapsheet " + stage + " " + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
