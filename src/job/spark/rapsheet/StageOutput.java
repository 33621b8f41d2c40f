package rapsheet;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;

/**
 * What the last stage gives, as part files that the engine commits: an attempt that fails or loses a race leaves
 * nothing. Records whose key begins with `!` speak of the job and go to a file of their own, hidden from those who
 * read the folder as a table.
 *
 * <p>ndjson: a value is a line. parquet: values are pieces of one Parquet file. frames: keys and values as on the wire.
 */
public final class StageOutput extends FileOutputFormat<ByteKey, byte[]> {
  static final List<String> FORMATS = Arrays.asList("ndjson", "parquet", "frames");
  static final String FORMAT = "rapsheet.format";

  @Override
  public RecordWriter<ByteKey, byte[]> getRecordWriter(TaskAttemptContext context) throws IOException {
    String format = context.getConfiguration().get(FORMAT, FORMATS.get(0));
    Path part = getDefaultWorkFile(context, "." + format);
    Path report = new Path(part.getParent(), getUniqueFile(context, "_report", ".ndjson"));
    return new Writer(context, format, part, report);
  }

  private static final class Writer extends RecordWriter<ByteKey, byte[]> {
    private final TaskAttemptContext context;
    private final String format;
    private final Path partPath;
    private final Path reportPath;
    private DataOutputStream part;
    private DataOutputStream report;
    private long count;

    Writer(TaskAttemptContext context, String format, Path part, Path report) {
      this.context = context;
      this.format = format;
      partPath = part;
      reportPath = report;
    }

    @Override
    public void write(ByteKey key, byte[] value) throws IOException {
      if (key.isReport()) {
        if (report == null) report = create(reportPath);
        writeLine(report, value);
        return;
      }
      if (part == null) part = create(partPath);
      count++;
      if (format.equals("ndjson")) {
        writeLine(part, value);
      } else if (format.equals("parquet")) {
        part.write(value);
      } else {
        part.writeInt(key.bytes.length);
        part.write(key.bytes);
        part.writeInt(value.length);
        part.write(value);
      }
    }

    @Override
    public void close(TaskAttemptContext ignored) throws IOException {
      if (part != null && format.equals("frames")) {
        part.writeInt(-1);
        part.writeLong(count);
      }
      if (part != null) part.close();
      if (report != null) report.close();
    }

    /** Only when there is something to write: an empty file is no Parquet file. */
    private DataOutputStream create(Path path) throws IOException {
      FileSystem system = path.getFileSystem(context.getConfiguration());
      return new DataOutputStream(new BufferedOutputStream(system.create(path, false), 1 << 16));
    }

    private static void writeLine(DataOutputStream out, byte[] line) throws IOException {
      out.write(line);
      out.write('\n');
    }
  }
}
